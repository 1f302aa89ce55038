/** Rows of the domain music. */
import { dayMs, epochMs, isoDay, isoInstant } from '../calendar.ts';
import { isrcYear, type Music } from '../facts/music.ts';
import { trackFixture } from '../fixtures.ts';
import { albumId, artistId, trackId } from '../ids.ts';
import { item, type Random, randoms } from '../random.ts';
import { type DomainData, table } from '../table.ts';
import { albumTitle, labels } from '../words/sound.ts';
import { countryAt } from '../world.ts';

const artistRandom = randoms('music artist detail');
const albumRandom = randoms('music album detail');
const trackRandom = randoms('music track detail');

export function musicData(music: Music): DomainData {
  return { tables: [artists(music), albums(music), tracks(music)], derived: [] };
}

function changed(random: Random): string {
  return isoInstant(epochMs - Math.floor(random.next() * random.next() * 120 * dayMs));
}

function artists(music: Music) {
  return table(
    'artists',
    ['id', 'name', 'genre', 'country', 'active_since', 'biography', 'monthly_listeners', 'updated_at'],
    function* () {
      for (const [at, artist] of music.artists.entries()) {
        const random = artistRandom(at);
        const country = countryAt(artist.origin);
        const city = item(country.cities, random.below(country.cities.length));
        yield {
          id: artistId(at),
          name: artist.name,
          genre: artist.genre,
          country: random.chance(0.97) ? country.code : null,
          active_since: random.chance(0.95) ? artist.since : null,
          biography: random.chance(0.7)
            ? `${artist.name} started out in ${city} in ${artist.since} and has not stopped since.`
            : null,
          monthly_listeners: Math.floor(
            (9_000_000 * (0.6 + random.next())) / (item(music.artistRanks, at) + 4),
          ),
          updated_at: changed(random),
        };
      }
    },
  );
}

function albums(music: Music) {
  return table(
    'albums',
    ['id', 'title', 'kind', 'artist_id', 'genre', 'label', 'upc', 'released_on', 'track_count', 'updated_at'],
    function* () {
      for (const [at, album] of music.albums.entries()) {
        const random = albumRandom(at);
        const single = album.kind === 'SINGLE' ? item(music.tracks, album.firstTrack).name : undefined;
        yield {
          id: albumId(at),
          title: single ?? albumTitle(random),
          kind: album.kind,
          artist_id: artistId(album.artist),
          genre: item(music.artists, album.artist).genre,
          label: random.chance(0.85) ? item(labels, (album.artist * 7) % labels.length) : null,
          upc: random.chance(0.93) ? `60${String(at).padStart(10, '0')}` : null,
          released_on: isoDay(album.released),
          track_count: album.tracks,
          updated_at: changed(random),
        };
      }
    },
  );
}

function tracks(music: Music) {
  return table(
    'tracks',
    [
      'id',
      'isrc',
      'title',
      'artist_id',
      'album_id',
      'track_number',
      'genre',
      'language',
      'duration_seconds',
      'explicit',
      'released_on',
      'play_rate',
      'play_rate_currency',
      'updated_at',
    ],
    function* () {
      for (const at of music.tracks.keys()) yield trackRow(music, at);
    },
  );
}

function trackRow(music: Music, at: number) {
  const random = trackRandom(at);
  const track = item(music.tracks, at);
  const country = countryAt(item(music.artists, track.artist).origin);
  const rate = at === trackFixture.index ? trackFixture.playRate : playRate(random);
  return {
    id: trackId(at),
    // Q.. is a registrant code that no agency has given out.
    isrc: `${country.code}Q${String(Math.floor(at / 100_000)).padStart(2, '0')}${isrcYear(track)}${String(at % 100_000).padStart(5, '0')}`,
    title: track.name,
    artist_id: artistId(track.artist),
    album_id: albumId(track.album),
    track_number: track.number,
    genre: track.genre,
    language: track.language,
    duration_seconds: track.seconds,
    explicit: random.chance(0.08) ? null : random.chance(track.genre === 'HIPHOP' ? 0.45 : 0.05),
    released_on: isoDay(track.released),
    play_rate: rate,
    play_rate_currency:
      rate === null ? null : at === trackFixture.index ? trackFixture.playRateCurrency : country.currency,
    updated_at: changed(random),
  };
}

/** Tenths of a cent to cents, to a millionth: as rates are quoted; some are still being agreed. */
function playRate(random: Random): string | null {
  return random.chance(0.03) ? null : (0.0011 + random.next() * random.next() * 0.011).toFixed(6);
}
