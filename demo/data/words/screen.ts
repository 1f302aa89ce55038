/** Words for films and series: titles, original titles and synopses that read like a catalogue's. */
import { item, type Random } from '../random.ts';

export const titleGenres = [
  'ACTION',
  'ANIMATION',
  'COMEDY',
  'CRIME',
  'DOCUMENTARY',
  'DRAMA',
  'FANTASY',
  'HORROR',
  'ROMANCE',
  'SCIFI',
  'THRILLER',
] as const;

export type TitleGenre = (typeof titleGenres)[number];

interface Vocabulary {
  readonly adjectives: readonly string[];
  readonly nouns: readonly string[];
  readonly heroes: readonly string[];
}

function vocabulary(adjectives: string, nouns: string, heroes: string): Vocabulary {
  return { adjectives: adjectives.split(','), nouns: nouns.split(','), heroes: heroes.split(',') };
}

const vocabularies: Readonly<Record<TitleGenre, Vocabulary>> = {
  ACTION: vocabulary(
    'Final,Burning,Iron,Reckless,Rogue,Last,Broken,Red,Double,Loaded,Hard,Lethal',
    'Convoy,Vengeance,Circuit,Strike,Horizon,Extraction,Protocol,Siege,Pursuit,Ignition,Crossfire,Standoff,Detour,Payload',
    'a retired bodyguard,a disgraced pilot,two rival smugglers,a bomb disposal expert,a getaway driver',
  ),
  ANIMATION: vocabulary(
    'Little,Brave,Wobbly,Secret,Flying,Upside-Down,Tiny,Grumpy,Lucky,Paper,Curious,Midnight',
    'Lighthouse,Hedgehog,Balloon,Orchard,Robot,Snowflake,Dragon,Railway,Whale,Compass,Postman,Fox,Comet,Umbrella',
    'a lonely lighthouse keeper,a clumsy young dragon,a robot with a lost manual,three sisters and a fox,a snail who wants to fly',
  ),
  COMEDY: vocabulary(
    'Awkward,Accidental,Perfect,Slightly Used,Borrowed,Impossible,Reluctant,Second-Hand,Wrong,Almost,Terrible,Surprise',
    'Wedding,Neighbours,Holiday,Landlord,Reunion,Best Man,Diet,Promotion,Roommates,Inheritance,Dinner Party,Plan B,Alibi,Goat',
    'an unlucky wedding planner,four former classmates,a divorced couple in one flat,a town council of amateurs,an overqualified babysitter',
  ),
  CRIME: vocabulary(
    'Cold,Silent,Crooked,Unmarked,Second,Buried,Dirty,Honest,Missing,Northern,Quiet,Closed',
    'Case,Witness,Ledger,Harbour,Confession,Verdict,Precinct,Informant,Alley,Heist,Evidence,Debt,Jury,Docks',
    'a detective on her last case,a forger with a conscience,a night-shift prosecutor,a small-town sheriff,two brothers on either side of the law',
  ),
  DOCUMENTARY: vocabulary(
    'Hidden,Wild,Forgotten,Living,Unseen,Rising,Vanishing,Frozen,Urban,Untold,Ancient,Deep',
    'Oceans,Archives,Kitchens,Glaciers,Migrations,Cities,Rivers,Factories,Voices,Forests,Machines,Borders,Seeds,Monuments',
    'a team of marine biologists,the last bakers of a valley,a generation of factory workers,the people behind a record,a village and its river',
  ),
  DRAMA: vocabulary(
    'Distant,Quiet,Gentle,Unfinished,Fragile,Long,Golden,Ordinary,Open,Winter,Borrowed,Faithful',
    'Letters,House,Season,Daughter,Orchard,River,Silence,Promise,Garden,Return,Mothers,Light,Shore,Inheritance',
    'a cellist who loses her hearing,three generations of one family,a teacher in a closing school,a father back after ten years,a nurse on the night ward',
  ),
  FANTASY: vocabulary(
    'Silver,Shattered,Crowned,Thorn,Hollow,Eternal,Emerald,Forsaken,Enchanted,Raven,Storm,Ashen',
    'Kingdom,Oath,Crown,Grimoire,Gate,Throne,Prophecy,Warden,Realm,Blade,Covenant,Tower,Relic,Wolves',
    'an apprentice without magic,the last warden of the gate,a thief who stole a crown,a queen in exile,a cartographer of unreal lands',
  ),
  HORROR: vocabulary(
    'Black,Whispering,Hollow,Crimson,Sleepless,Dead,Rotten,Nameless,Pale,Screaming,Unholy,Hungry',
    'Cellar,Dolls,Asylum,Marsh,Mirror,Basement,Ritual,Chapel,Teeth,Lullaby,Hour,Visitor,Well,Harvest',
    'a family in a cheap old house,five campers,a sleepwalker,a nun who doubts,the night guard of a museum',
  ),
  ROMANCE: vocabulary(
    'Endless,Sweet,Late,Parisian,Secret,Tender,Summer,First,Unexpected,Stolen,Velvet,Last',
    'Kiss,Summer,Letters,Hearts,Train,Bakery,Waltz,Promise,Strangers,Weekend,Vineyard,Rain,Sunday,Bookshop',
    'a florist and her rival,two strangers on a night train,a widowed baker,a translator and an author,childhood friends',
  ),
  SCIFI: vocabulary(
    'Quantum,Lunar,Synthetic,Parallel,Orbital,Dark,Infinite,Zero,Stellar,Binary,Lost,Silent',
    'Colony,Signal,Paradox,Station,Memory,Orbit,Machine,Exodus,Frontier,Anomaly,Genesis,Eclipse,Drift,Archive',
    'the crew of a drifting freighter,a memory technician,the first child born on Mars,an engineer and her copy,a linguist and a signal',
  ),
  THRILLER: vocabulary(
    'Perfect,Fatal,Hidden,Seventh,Blind,Deadly,Broken,Invisible,Parallel,Double,Stolen,Sudden',
    'Stranger,Alibi,Passenger,Silence,Mistake,Identity,Accomplice,Secret,Obsession,Window,Trap,Ransom,Motive,Tenant',
    'an air traffic controller,a woman with a new name,a courier with the wrong parcel,a juror who knows too much,an insurance investigator',
  ),
};

const places =
  'Lisbon,Harlem,Tromsø,Kyoto,Trieste,Patagonia,Galway,Odessa,Havana,Zanzibar,Marseille,Reykjavík,Oaxaca,Bruges'.split(
    ',',
  );
const people =
  'Eleanor,Marta,Ivo,Old Tom,Josephine,Anselm,Ada,Mister Finch,Ruth,Valentina,Otto,Miss Abara'.split(',');
const abstracts =
  'Glass,Ash,Salt,Smoke,Stone,Dust,Snow,Fire,Water,Gold,Shadows,Wolves,Strangers,Tomorrow'.split(',');

/** A title in English for a genre. */
export function screenTitle(random: Random, genre: TitleGenre): string {
  const { adjectives, nouns } = vocabularies[genre];
  const adjective = random.pick(adjectives);
  const noun = random.pick(nouns);
  switch (random.below(9)) {
    case 0:
      return `The ${adjective} ${noun}`;
    case 1:
      return `${adjective} ${noun}`;
    case 2:
      return `${noun} of ${random.pick(abstracts)}`;
    case 3:
      return `The ${noun} of ${random.pick(places)}`;
    case 4:
      return `${random.pick(people)} and the ${noun}`;
    case 5:
      return `${random.pick(places)}, ${adjective}`;
    case 6:
      return `${adjective} ${noun}: ${random.pick(places)}`;
    case 7:
      return `What ${random.pick(people)} Knew About the ${noun}`;
    default:
      return `${random.pick(abstracts)} and ${random.pick(abstracts)}: The ${adjective} ${noun}`;
  }
}

/** Halves of titles in the languages that are made often; each first half goes with each second half. */
const originals: ReadonlyMap<string, readonly [string, string]> = new Map([
  [
    'de',
    [
      'Der letzte Sommer,Das stille Haus,Die Nacht,Ein Mann,Die Tochter,Das Versprechen,Der Zeuge,Drei Schwestern,Die Brücke,Kein Abschied',
      'am Fluss,von Köln,ohne Namen,im Nebel,der Anderen,über dem Meer,hinter Glas,aus Übersee,vor dem Sturm,in Weiß',
    ],
  ],
  [
    'fr',
    [
      'Le dernier été,La maison,Une nuit,Les invisibles,La promesse,L’étrangère,Le témoin,Trois sœurs,Un printemps,La fuite',
      'à Marseille,sans nom,sous la neige,des autres,au bord du fleuve,en silence,de verre,avant l’orage,d’outre-mer,à minuit',
    ],
  ],
  [
    'es',
    [
      'El último verano,La casa,Una noche,Los invisibles,La promesa,El testigo,Tres hermanas,Un otoño,La huida,El jardín',
      'de Sevilla,sin nombre,bajo la lluvia,de los otros,junto al río,en silencio,de cristal,antes de la tormenta,del norte,a medianoche',
    ],
  ],
  [
    'it',
    [
      'L’ultima estate,La casa,Una notte,La promessa,Il testimone,Tre sorelle,Un autunno,La fuga,Il giardino,Nessun addio',
      'di Napoli,senza nome,sotto la neve,degli altri,lungo il fiume,in silenzio,di vetro,prima della tempesta,del nord,a mezzanotte',
    ],
  ],
  [
    'pt',
    [
      'O último verão,A casa,Uma noite,A promessa,A testemunha,Três irmãs,Um outono,A fuga,O jardim,Nenhum adeus',
      'do Recife,sem nome,na chuva,dos outros,à beira do rio,em silêncio,de vidro,antes da tempestade,do sertão,à meia-noite',
    ],
  ],
  [
    'sv',
    [
      'Den sista sommaren,Huset,En natt,Löftet,Vittnet,Tre systrar,En höst,Flykten,Trädgården,Inget farväl',
      'vid älven,utan namn,i snön,på ön,i tystnad,av glas,före stormen,i norr,vid midnatt,i Malmö',
    ],
  ],
  [
    'ja',
    [
      '最後の夏,静かな家,ある夜,約束,目撃者,三姉妹,秋の庭,逃走,名もなき橋,さよならの前に',
      '東京,雪の中,川辺にて,嵐の前,硝子,北へ,真夜中,海の向こう,沈黙,春',
    ],
  ],
  [
    'hi',
    [
      'आख़िरी गर्मी,ख़ामोश घर,एक रात,वादा,गवाह,तीन बहनें,पतझड़,बग़ीचा',
      'मुंबई,बारिश में,नदी किनारे,तूफ़ान से पहले,आधी रात,शीशा,उत्तर,बेनाम',
    ],
  ],
]);

/** A title in the language of origin, null where there is none of its own. */
export function originalTitle(random: Random, language: string): string | null {
  const halves = originals.get(language);
  if (halves === undefined) return null;
  const [first, second] = halves.map((half) => half.split(','));
  return first === undefined || second === undefined ? null : `${random.pick(first)} ${random.pick(second)}`;
}

const goals =
  'keep a promise,clear a name,find the way home,finish what was begun,bury the past,save the one place that matters,tell the truth for once'.split(
    ',',
  );
const obstacles =
  'a storm closes the only road,an old friend turns up,the money is gone,somebody has been watching,time runs backwards,the town votes against it,the letters stop'.split(
    ',',
  );

/** Two sentences about what happens. */
export function synopsis(random: Random, genre: TitleGenre): string {
  const hero = random.pick(vocabularies[genre].heroes);
  const upper = hero.charAt(0).toUpperCase() + hero.slice(1);
  return `${upper} must ${random.pick(goals)} in ${random.pick(places)}. Then ${random.pick(obstacles)}.`;
}

export const licensors =
  'Aurora Pictures,Blue Heron Films,Castellan Media,Delta Nord,Fjordlys,Helix Studios,Kingfisher Rights,Lumière Sud,Meridian Distribution,Paloma Filmes,Sakura Works,Tall Pine Entertainment'.split(
    ',',
  );

export function seasonTitle(random: Random, number: number): string | null {
  return random.chance(0.15) ? `Book ${number}: ${item(abstracts, random.below(abstracts.length))}` : null;
}
