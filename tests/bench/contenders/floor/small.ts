/** W2 and W3 by hand. */
import type { Ask } from './ask.ts';

export function me(ask: Ask): Promise<unknown> {
  return ask('accounts', '{ me { id name } }');
}

const stock = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { inStock } } }';

export async function listed(ask: Ask): Promise<unknown> {
  const { topProducts } = await ask('products', '{ topProducts { name price upc } }');
  const of = topProducts.map(({ upc }: { upc: string }) => ({ __typename: 'Product', upc }));
  const { _entities } = await ask('inventory', stock, { of });
  return {
    topProducts: topProducts.map(({ name, price }: { name: string; price: number }, at: number) => ({
      name,
      price,
      inStock: _entities[at].inStock,
    })),
  };
}
