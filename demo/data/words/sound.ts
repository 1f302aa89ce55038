/** Words for music, podcasts and live events. */
import type { Random } from '../random.ts';
import { type Culture, personName } from './people.ts';

function words(text: string): readonly string[] {
  return text.split(',');
}

export const musicGenres = [
  'CLASSICAL',
  'ELECTRONIC',
  'FOLK',
  'HIPHOP',
  'JAZZ',
  'LATIN',
  'METAL',
  'POP',
  'ROCK',
  'SOUL',
] as const;

export type MusicGenre = (typeof musicGenres)[number];

const bandAdjectives = words(
  'Velvet,Paper,Electric,Midnight,Hollow,Golden,Wooden,Neon,Northern,Lazy,Crystal,Rusty,Silver,Static,Tender,Wandering,Feral,Plastic,Violet,Slow',
);
const bandNouns = words(
  'Foxes,Harbours,Engines,Sparrows,Lanterns,Wolves,Satellites,Mirrors,Tides,Orchards,Ghosts,Kites,Anchors,Moths,Radios,Pilots,Choirs,Magnets,Rivers,Strangers',
);
const singles = words(
  'Halcyon,Marrow,Ostara,Kestrel,Novalis,Umbra,Tessellate,Vesper,Lumen,Parallax,Ondine,Saffron,Cobalt,Juniper,Mistral,Zenith,Opaline,Bramble,Quartz,Solace',
);

/** A name for a band or an artist of a genre and culture. */
export function artistName(random: Random, genre: MusicGenre, culture: Culture): string {
  const { first, last } = personName(random, culture);
  if (genre === 'CLASSICAL') {
    const ensemble = random.pick(words('Quartet,Chamber Orchestra,Ensemble,Sinfonietta,Trio'));
    return random.chance(0.5) ? `${first} ${last}` : `${last} ${ensemble}`;
  }
  if (genre === 'JAZZ')
    return random.chance(0.6)
      ? `${first} ${last} ${random.pick(words('Trio,Quintet,Big Band,Group'))}`
      : `${first} ${last}`;
  if (genre === 'ELECTRONIC' && random.chance(0.4)) return `${random.pick(singles)} ${random.between(2, 99)}`;
  if (genre === 'HIPHOP' && random.chance(0.4))
    return `${random.pick(words('MC,Lil,Young,DJ,Big'))} ${random.pick(singles)}`;
  switch (random.below(5)) {
    case 0:
      return `The ${random.pick(bandAdjectives)} ${random.pick(bandNouns)}`;
    case 1:
      return `${random.pick(bandAdjectives)} ${random.pick(bandNouns)}`;
    case 2:
      return `${first} ${last}`;
    case 3:
      return `${first} & the ${random.pick(bandNouns)}`;
    default:
      return `${random.pick(singles)} ${random.pick(bandNouns)}`;
  }
}

const songNouns = words(
  'Summer,Gravity,Highway,Ceiling,Fever,Window,Ocean,Mirror,Letter,Garden,Shadow,Signal,River,Morning,Engine,Thunder,Candle,Station,Feather,Island',
);
const songAdjectives = words(
  'Blue,Broken,Perfect,Slow,Golden,Empty,Wild,Silver,Lonely,Electric,Gentle,Burning,Hidden,Distant,Second,Paper',
);
const songVerbs = words('Hold,Call,Leave,Carry,Follow,Teach,Wake,Forgive,Remember,Find');

const foreignSongs: ReadonlyMap<string, readonly [readonly string[], readonly string[]]> = new Map([
  [
    'es',
    [
      words('Corazón,Noche,Luna,Fuego,Camino,Mar,Ciudad,Sombra'),
      words('de Papel,sin Ti,en Llamas,Perdida,del Sur,Azul,de Abril,Contigo'),
    ],
  ],
  [
    'pt',
    [
      words('Saudade,Madrugada,Lua,Fogo,Caminho,Maré,Cidade,Sombra'),
      words('de Você,sem Fim,na Areia,do Mar,Azul,de Abril,do Norte,Comigo'),
    ],
  ],
  [
    'de',
    [
      words('Sommer,Nacht,Lichter,Feuer,Regen,Straßen,Herz,Schatten'),
      words('über Berlin,ohne dich,aus Papier,im Kopf,bis morgen,für immer,am Meer,in Farbe'),
    ],
  ],
  [
    'fr',
    [
      words('Été,Nuit,Lune,Feu,Pluie,Chemin,Cœur,Ombre'),
      words('sans toi,de papier,à Paris,en couleur,d’avril,pour toujours,sur la mer,bleu nuit'),
    ],
  ],
  [
    'it',
    [
      words('Estate,Notte,Luna,Fuoco,Pioggia,Strada,Cuore,Ombra'),
      words('senza te,di carta,a colori,d’aprile,per sempre,sul mare,blu,con te'),
    ],
  ],
]);

/** A title for a track; language null is an instrumental one. */
export function trackTitle(random: Random, genre: MusicGenre, language: string | null): string {
  if (genre === 'CLASSICAL') {
    const form = random.pick(words('Sonata,Suite,Quartet,Nocturne,Prelude,Fantasia,Concerto'));
    const key = `${random.pick(words('A,B flat,C,D,E,F,G'))} ${random.pick(words('major,minor'))}`;
    return `${form} No. ${random.between(1, 24)} in ${key}: ${random.pick(words('I. Allegro,II. Andante,III. Scherzo,IV. Finale,II. Adagio'))}`;
  }
  const foreign = language === null ? undefined : foreignSongs.get(language);
  if (foreign !== undefined && random.chance(0.8))
    return `${random.pick(foreign[0])} ${random.pick(foreign[1])}`;
  const noun = random.pick(songNouns);
  switch (random.below(6)) {
    case 0:
      return `${random.pick(songAdjectives)} ${noun}`;
    case 1:
      return `${random.pick(songVerbs)} Me ${random.pick(words('Home,Slowly,Again,Tonight,Twice,Anyway'))}`;
    case 2:
      return `${noun} ${random.pick(words('Song,Blues,in Reverse,at Midnight,Part II,(Live),Interlude'))}`;
    case 3:
      return `${noun} & ${random.pick(songNouns)}`;
    case 4:
      return `${random.pick(words('Somewhere,Never,Almost,Always,Only'))} ${random.pick(songAdjectives)}`;
    default:
      return `The ${random.pick(songAdjectives)} ${noun}`;
  }
}

export function albumTitle(random: Random): string {
  const noun = random.pick(songNouns);
  return random.pick([
    `${random.pick(songAdjectives)} ${noun}`,
    `${noun}s`,
    `Songs for ${random.pick(words('the Road,an Empty House,Nobody,Late Trains,My Neighbours,the Tide'))}`,
    `${random.pick(songNouns)} / ${noun}`,
    `${random.pick(singles)}`,
  ]);
}

export const labels = words(
  'Low Tide Records,Kammer,Paper Moon,Nordlicht,Sable Sound,Casa Azul,Third Rail,Wren & Sons,Monsoon,Bright Angle,Cellar Door,Ostinato',
);

export const topics: Readonly<Record<PodcastCategory, readonly string[]>> = {
  BUSINESS: words('Pricing,Start-ups,Supply Chains,Family Firms,Inflation,Remote Work,Patents,Boardrooms'),
  COMEDY: words('Bad Dates,Neighbours,Airports,Group Chats,Weddings,Office Parties,Cats,Small Talk'),
  CULTURE: words('Novels,Museums,Film Scores,Architecture,Street Art,Poetry,Opera,Typography'),
  HEALTH: words('Sleep,Running,Stress,Gut Health,Vaccines,Breathing,Ageing,Pain'),
  HISTORY: words('Empires,Plagues,Trade Routes,Queens,Shipwrecks,Revolutions,Maps,Railways'),
  NEWS: words('Elections,Courts,Budgets,Borders,Housing,Strikes,Energy,Summits'),
  SCIENCE: words('Black Holes,Fungi,Volcanoes,Bees,Batteries,Dark Matter,Glaciers,Genes'),
  SPORT: words('Transfers,Marathons,Referees,Cycling,Penalties,Climbing,Derbies,Coaches'),
  TECHNOLOGY: words('Chips,Open Source,Passwords,Robots,Satellites,Search Engines,Databases,Outages'),
  TRUE_CRIME: words('Cold Cases,Art Thefts,Forgers,Vanishings,Heists,Poisons,Alibis,Con Artists'),
};

export const podcastCategories = [
  'BUSINESS',
  'COMEDY',
  'CULTURE',
  'HEALTH',
  'HISTORY',
  'NEWS',
  'SCIENCE',
  'SPORT',
  'TECHNOLOGY',
  'TRUE_CRIME',
] as const;

export type PodcastCategory = (typeof podcastCategories)[number];

export function showTitle(random: Random, category: PodcastCategory, culture: Culture): string {
  const topic = random.pick(topics[category]);
  return random.pick([
    `The ${topic} Hour`,
    `${topic} Weekly`,
    `${topic}, Explained`,
    `Beyond ${topic}`,
    `${personName(random, culture).first} on ${topic}`,
    `Half an Hour of ${topic}`,
    `${topic} & Other Stories`,
    `No More ${topic}`,
    `${random.pick(singles)}: ${topic}`,
  ]);
}

export function episodeTitle(random: Random, category: PodcastCategory, guest: string | null): string {
  const topic = random.pick(topics[category]);
  if (guest !== null) return `${guest} on ${topic}`;
  return random.pick([
    `What You Should Know About ${topic}`,
    `The Truth About ${topic}`,
    `${topic}: What Everybody Gets Wrong`,
    `A Short History of ${topic}`,
    `${topic}, Part ${random.between(1, 3)}`,
    `Your Questions About ${topic}`,
    `${topic} and ${random.pick(topics[category])}`,
  ]);
}

export const publishers = words(
  'Open Channel,Brightwave Audio,Nine Rooms,Radio Kontor,Voces,Studio Rive,Longform House,Tidewater Media',
);
export const tours = words(
  'Long Way Round Tour,One Night Only,Homecoming,The Winter Shows,Unplugged,Summer Nights,Anniversary Concert,World Tour Finale',
);
export const mascots = words('Rovers,Falcons,United,Wanderers,Bears,Athletic,Comets,Kings,Rangers,Titans');
export const games = words('Starforge,Rift Legends,Turbo Kart League,Iron Bastion,Hex Arena');
export const stages = words(
  'The Magic Flute,Hamlet,Swan Lake,La Traviata,The Seagull,Giselle,Carmen,A Doll’s House',
);
export const venues = words(
  'Arena,Opera House,City Hall,Stadium,Philharmonic Hall,Harbour Stage,Exhibition Centre,Old Factory',
);
export const rightsHolders = words(
  'Continental League,Global Sports Rights,Stagecraft International,Encore Live,Federation of Esports,Riverside Promotions',
);
