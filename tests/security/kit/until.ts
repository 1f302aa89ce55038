/** Waits for what is about to be so. */
export async function until(check: () => boolean | Promise<boolean>, within = 5_000): Promise<void> {
  const end = Date.now() + within;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
