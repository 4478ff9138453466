/** Has what is measured be what is published: modules of `src` come from `dist`, which the loader of TypeScript has not touched. */
import { register } from 'node:module';

register('./published-hooks.mjs', import.meta.url);
