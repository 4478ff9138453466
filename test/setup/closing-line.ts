/**
 * Ends every run with `N passed, N failed, N skipped`, alone on a line, for people and programs in a hurry. Before it, what
 * was skipped: a group that needs something that is missing says so in its name.
 */
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[], reason: TestRunEndReason): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    const skipped = new Map<string, number>();
    for (const module of modules) {
      // A file that could not be read, or a hook that threw, has failed even where no test of it has.
      let moduleFailed = module.state() === 'failed';
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'failed') moduleFailed = false;
        // Pending is what a cancelled run never came to.
        counts[state === 'pending' ? 'skipped' : state]++;
        if (state !== 'skipped') continue;
        const group = `${module.relativeModuleId}: ${test.parent.type === 'suite' ? test.parent.fullName : test.name}`;
        skipped.set(group, (skipped.get(group) ?? 0) + 1);
      }
      if (moduleFailed) counts.failed++;
    }
    // The setup failed, before there was any test to blame.
    if (reason === 'failed' && counts.failed === 0) counts.failed = 1;
    for (const [group, count] of skipped) console.log(`skipped, ${count} of ${group}`);
    if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
