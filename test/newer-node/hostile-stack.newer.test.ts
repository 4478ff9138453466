/** A guest that recurses to the edge of the stack and calls there what it has to wait for. */
import { describe, expect, it } from 'vitest';
import { app, atTheEdge, EDGES, Ledger } from '../hostile-abi/stack.js';
import { load, rejectionOf } from './support.js';

/** Changes its state, waits, and changes it again. */
class WaitingLedger extends Ledger {
  async changeLater(): Promise<number> {
    this.change();
    await Promise.resolve();
    return this.change();
  }
}

/** The app of the other rows, with functions that return promises. */
function waitingApp(ledger: WaitingLedger) {
  const nothing = async () => {
    await ledger.changeLater();
  };
  const { 'demo:a/things': things } = app(ledger);
  return {
    number: () => ledger.changeLater(),
    nothing,
    text: () => ledger.changeLater(),
    many: nothing,
    answer: async () => {
      await ledger.changeLater();
      return ['one', 'two'];
    },
    fails: nothing,
    'demo:a/things': { ...things, take: nothing },
  };
}

const WAITING = ['number', 'nothing', 'text', 'many', 'answer', 'fails', 'demo:a/things#take'];

describe('at the edge of the stack, in an instance that waits', () => {
  // Its destructor cannot wait, and says so.
  const rows = EDGES.filter(([what]) => !what.includes('destructor'));
  it.each(rows)('%s', async (_what, body) => {
    const plugin = await load(atTheEdge(body));
    const ledger = new WaitingLedger();
    const make = (changed: WaitingLedger) => plugin.instantiate({ imports: waitingApp(changed), async: WAITING });
    const [instance, twin] = [await make(ledger), await make(new WaitingLedger())];
    const error = await rejectionOf(instance.exports.fault());
    expect({ code: error.code, message: error.message }).toEqual({
      code: 'exhausted',
      message: expect.stringContaining('the guest used up the stack'),
    });
    expect({ begun: ledger.begun }).toEqual({ begun: ledger.ended });
    expect(instance.state).toBe('poisoned');
    expect(await rejectionOf(instance.exports.count())).toMatchObject({ code: 'poisoned', cause: error });
    expect(await twin.exports.count()).toBe(1);
  });
});
