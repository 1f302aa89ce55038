/** Identifiers: pure functions of an index from 0, so that domains loaded apart from each other agree. */

function padded(prefix: string, digits: number): (index: number) => string {
  return (index) => `${prefix}_${String(index + 1).padStart(digits, '0')}`;
}

export const titleId = padded('ttl', 7);
export const licenceId = padded('lic', 7);
export const artistId = padded('art', 7);
export const albumId = padded('alb', 7);
export const trackId = padded('trk', 7);
export const showId = padded('shw', 7);
export const episodeId = padded('epi', 7);
export const streamId = padded('liv', 7);
export const subscriberId = padded('sub', 7);
export const playId = padded('ply', 10);
export const invoiceId = padded('inv', 9);

export function invoiceLineId(invoice: number, position: number): string {
  return `${invoiceId(invoice).replace('inv', 'lin')}_${position}`;
}

export function paymentMethodId(subscriber: number, place: number): string {
  return `${subscriberId(subscriber).replace('sub', 'pay')}_${place + 1}`;
}
