/**
 * From the moment when a caller is not known any more until its connection is cut: its streams end by themselves meanwhile, and
 * say why. Milliseconds.
 */
export const lastWordMs = 200;
