/** Several kinds of keys behind one door: drivers' tokens, co-sign keys. A token belongs to the provider that lists it. */
import { YqError } from '#core/errors/index.ts';
import type { TokenProvider } from './types.ts';

export function joinProviders(...providers: readonly TokenProvider[]): TokenProvider {
  return {
    list: async () => (await Promise.all(providers.map((p) => p.list()))).flat(),
    drivers: async () => (await Promise.all(providers.map((p) => p.drivers()))).flat(),
    async open(tokenId) {
      for (const provider of providers) {
        if ((await provider.list()).some(({ id }) => id === tokenId)) return provider.open(tokenId);
      }
      // None lists it now: the first one says what is wrong in its own words (pulled out, never seen).
      const [first] = providers;
      if (first === undefined) throw new YqError('TOKEN_ABSENT');
      return first.open(tokenId);
    },
    subscribe(listener) {
      const ends = providers.map((p) => p.subscribe(listener));
      return () => {
        for (const end of ends) end();
      };
    },
    async close() {
      await Promise.all(providers.map((p) => p.close()));
    },
  };
}
