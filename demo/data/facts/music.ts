/** What the company knows about artists, albums and tracks, as far as other domains refer to it. */
import { epochDay, yearOf } from '../calendar.ts';
import { item, type Random, randoms, ranking, ranksOf, weighted, zipf } from '../random.ts';
import type { Scale } from '../scale.ts';
import { artistName, type MusicGenre, musicGenres, trackTitle } from '../words/sound.ts';
import { countryAt, drawOrigin } from '../world.ts';
import { distinct } from './distinct.ts';

export interface ArtistFacts {
  readonly name: string;
  readonly genre: MusicGenre;
  /** Place in `countries`. */
  readonly origin: number;
  readonly since: number;
}

export interface AlbumFacts {
  readonly artist: number;
  readonly kind: 'ALBUM' | 'EP' | 'SINGLE';
  readonly released: number;
  readonly firstTrack: number;
  readonly tracks: number;
}

export interface TrackFacts {
  readonly album: number;
  readonly artist: number;
  /** On the album, from 1. */
  readonly number: number;
  readonly name: string;
  readonly genre: MusicGenre;
  /** BCP 47; null for instrumental tracks. */
  readonly language: string | null;
  readonly seconds: number;
  readonly released: number;
}

export interface Music {
  readonly artists: readonly ArtistFacts[];
  readonly albums: readonly AlbumFacts[];
  readonly tracks: readonly TrackFacts[];
  /** Rank of each artist from 0. */
  readonly artistRanks: Int32Array;
  /** Artists by falling popularity. */
  readonly artistOrder: Int32Array;
  /** Tracks by falling popularity. */
  readonly order: Int32Array;
  readonly ranks: Int32Array;
  readonly ofGenre: ReadonlyMap<MusicGenre, Int32Array>;
}

const drawGenre = weighted([5, 13, 6, 16, 6, 9, 6, 20, 12, 7]);
const artistRandom = randoms('music artist');
const albumRandom = randoms('music album');
const trackRandom = randoms('music track');
const fameRandom = randoms('music fame');

export function createMusic(scale: Scale): Music {
  const seen = new Set<string>();
  const artists = Array.from({ length: scale.artists }, (_, at) => artistFacts(artistRandom(at), seen));
  const artistOrder = ranking(artists.map((_, at) => fameRandom(at).next()));
  const artistRanks = ranksOf(artistOrder);
  const albums = albumsOf(scale, artists, artistOrder);
  const tracks = albums.flatMap((album, at) => tracksOf(album, at, item(artists, album.artist)));
  const order = ranking(
    tracks.map((track, at) => {
      const luck = trackRandom(at).next();
      return (
        ((0.05 + luck * luck) * (track.genre === 'CLASSICAL' ? 0.4 : 1)) /
        (item(artistRanks, track.artist) + 12)
      );
    }),
  );
  return {
    artists,
    albums,
    tracks,
    artistRanks,
    artistOrder,
    order,
    ranks: ranksOf(order),
    ofGenre: new Map(
      musicGenres.map((genre) => [genre, order.filter((at) => item(tracks, at).genre === genre)]),
    ),
  };
}

function artistFacts(random: Random, seen: Set<string>): ArtistFacts {
  const genre = item(musicGenres, drawGenre(random));
  const origin = drawOrigin(random);
  const name = distinct(seen, () => artistName(random, genre, countryAt(origin).culture));
  const years = random.next() * random.next();
  return { name, genre, origin, since: 2025 - Math.floor(years * 50) };
}

/** Each artist has an album; the further ones go to the famous, until there are tracks enough. */
function albumsOf(scale: Scale, artists: readonly ArtistFacts[], order: Int32Array): readonly AlbumFacts[] {
  const albums: AlbumFacts[] = [];
  const drawRank = zipf(scale.artists);
  let tracks = 0;
  while (tracks < scale.tracks) {
    const random = albumRandom(albums.length);
    const artist =
      albums.length < artists.length ? albums.length : item(order, drawRank(random, artists.length));
    const kind = random.chance(0.5) ? 'ALBUM' : random.chance(0.45) ? 'EP' : 'SINGLE';
    const wanted =
      kind === 'ALBUM' ? random.between(8, 14) : kind === 'EP' ? random.between(4, 6) : random.between(1, 2);
    const count = Math.min(wanted, scale.tracks - tracks);
    albums.push({
      artist,
      kind,
      released: albumDay(random, item(artists, artist)),
      firstTrack: tracks,
      tracks: count,
    });
    tracks += count;
  }
  return albums;
}

function albumDay(random: Random, artist: ArtistFacts): number {
  const back = random.next();
  const years = 2026 - artist.since;
  const day = epochDay - 1 - Math.floor(back * back * years * 365.25);
  // Music comes out on Fridays.
  return day - ((day + 6) % 7);
}

function tracksOf(album: AlbumFacts, at: number, artist: ArtistFacts): readonly TrackFacts[] {
  return Array.from({ length: album.tracks }, (_, place) => {
    const random = trackRandom(album.firstTrack + place);
    // The first draw is the track's luck.
    random.next();
    const instrumental = artist.genre === 'CLASSICAL' || random.chance(artist.genre === 'JAZZ' ? 0.6 : 0.06);
    const native = countryAt(artist.origin).language;
    const language = instrumental ? null : random.chance(0.35) ? 'en' : native;
    return {
      album: at,
      artist: album.artist,
      number: place + 1,
      name: trackTitle(random, artist.genre, language),
      genre: artist.genre,
      language,
      seconds:
        artist.genre === 'CLASSICAL' ? random.between(180, 900) : random.between(130, 220) + random.below(90),
      released: album.released,
    };
  });
}

/** Year of release, two digits, as an ISRC has it. */
export function isrcYear(track: TrackFacts): string {
  return String(yearOf(track.released) % 100).padStart(2, '0');
}
