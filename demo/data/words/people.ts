/** Names of people by culture, for subscribers, hosts and guests. No name is meant for a real person. */
import type { Random } from '../random.ts';

interface Names {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

function names(first: string, last: string): Names {
  return { first: first.split(' '), last: last.split(' ') };
}

const cultures = {
  en: names(
    'Olivia James Amelia Noah Grace Liam Chloe Ethan Sophie Jack Hannah Daniel Zoe Samuel Maya Thomas Ruby Aaron Nora Marcus Isla Dylan Priya Leon',
    'Smith Walker Bennett Hughes Parker Reid Foster Carter Mitchell Shaw Brooks Collins Hayes Murray Ellis Barnes Grant Porter Wells Dawson Okafor Nguyen Patel Cohen',
  ),
  de: names(
    'Anna Lukas Lena Jonas Mia Paul Clara Felix Johanna Max Katharina Moritz Greta Jürgen Sabine Matthias Heike Tobias Annika Björn Emine Stefan Ulrike Çağla',
    'Müller Schmidt Weber Fischer Wagner Becker Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Zimmermann Braun Krüger Hartmann Lange Yılmaz Köhler Vogt Weiß',
  ),
  fr: names(
    'Camille Louis Chloé Hugo Manon Jules Léa Antoine Inès Gabriel Élise Théo Margaux Nicolas Zoé Étienne Amina Mathis Juliette Rémi Sylvie Karim Hélène Bastien',
    'Martin Bernard Dubois Moreau Laurent Lefèvre Garnier Faure Rousseau Blanchard Guérin Boyer Chevalier Renaud Marchand Colin Perrin Morel Gauthier Masson Diallo Benali Leclerc Noël',
  ),
  es: names(
    'Lucía Hugo Martina Pablo Sofía Diego Valeria Javier Carmen Álvaro Paula Sergio Elena Andrés Marta Raúl Nuria Iván Rocío Tomás Inés Gonzalo Alba Óscar',
    'García Fernández López Martínez Sánchez Romero Navarro Torres Domínguez Vázquez Ramos Gil Serrano Molina Ortega Delgado Castro Ortiz Rubio Marín Iglesias Núñez Peña Cano',
  ),
  it: names(
    'Giulia Lorenzo Sofia Alessandro Aurora Matteo Chiara Leonardo Francesca Davide Elisa Marco Martina Simone Ilaria Riccardo Beatrice Nicolò Serena Pietro',
    'Rossi Ferrari Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro',
  ),
  nl: names(
    'Emma Daan Julia Sem Sanne Bram Lotte Thijs Femke Lars Fleur Ruben Anouk Joost Marieke Wouter Fatima Sjoerd Iris Koen',
    'Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Postma Kuipers Verhoeven Kramer Scholten Prins Blom',
  ),
  sv: names(
    'Alva Oscar Ebba Elias Wilma Hugo Saga Axel Astrid Nils Linnéa Gustav Freja Björn Tove Åke Maja Sven Ylva Erik',
    'Andersson Johansson Karlsson Nilsson Eriksson Lindberg Bergström Sandberg Lundqvist Hedlund Nyström Åberg Öberg Sjögren Holmgren Dahl Ekström Forsberg Wallin Engström',
  ),
  pl: names(
    'Zofia Jakub Julia Antoni Maja Szymon Hanna Filip Alicja Mateusz Łucja Paweł Kinga Tomasz Agnieszka Bartosz Ewa Michał Dorota Krzysztof',
    'Nowak Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Dąbrowski Kozłowski Mazur Krawczyk Piotrowski Grabowski Pawlak Michalski Król Wieczorek Jabłoński Wróbel',
  ),
  pt: names(
    'Ana João Beatriz Pedro Larissa Lucas Mariana Rafael Camila Gustavo Letícia Thiago Fernanda Caio Juliana Bruno Isabela Vinícius Luana Otávio',
    'Silva Santos Oliveira Souza Pereira Lima Carvalho Almeida Ribeiro Rocha Barbosa Araújo Cardoso Teixeira Moreira Nascimento Correia Freitas Batista Machado',
  ),
  ja: names(
    'Yui Haruto Aoi Sota Hina Ren Sakura Yuto Mio Daiki Rin Kaito Nanami Takumi Akari Kenji Emi Hiroshi Miyu Ryo',
    'Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Matsumoto Inoue Kimura Shimizu Hayashi Mori Okada',
  ),
  hi: names(
    'Aarav Ananya Vihaan Diya Arjun Isha Rohan Kavya Aditya Meera Karan Nisha Rahul Pooja Vikram Tara Siddharth Lakshmi Farhan Zoya',
    'Sharma Verma Gupta Reddy Iyer Nair Mehta Kapoor Joshi Rao Desai Banerjee Khan Chopra Menon Kulkarni Bhat Das Malhotra Pillai',
  ),
} as const;

export type Culture = keyof typeof cultures;

export function personName(random: Random, culture: Culture): { first: string; last: string } {
  const { first, last } = cultures[culture];
  return { first: random.pick(first), last: random.pick(last) };
}

const foreign: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['ł', 'l'],
  ['ø', 'o'],
  ['ı', 'i'],
]);

/** A name as it can stand in an address: lower case, letters of English only. */
export function plain(name: string): string {
  return Array.from(name.toLowerCase(), (letter) => foreign.get(letter) ?? letter)
    .join('')
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '');
}
