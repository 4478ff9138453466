import { Command } from 'commander';
import { examine, type Finding, type FindingState } from '../doctor/index.js';
import { FAILURE } from './report.js';
import { type Streams, styled } from './streams.js';

const STYLE = { ok: 'green', failed: 'red', absent: 'dim' } as const satisfies Record<FindingState, string>;

/** `hatchway doctor`: what this machine can enforce, found by trying it. */
export function doctorCommand({ stdout }: Streams, exit: (code: number) => void): Command {
  return new Command('doctor')
    .description('Find out what this machine can enforce, by trying what plugins try. Takes some seconds.')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Each line is "ok", "failed" for something that hatchway promises and that does not hold here, or "absent" for something that it
does without. The exit code is 0 if nothing failed, else 1.`,
    )
    .action(async ({ json }: { json?: boolean }) => {
      const findings: Finding[] = [];
      for await (const finding of examine()) {
        findings.push(finding);
        // Each as soon as it is known: that is the progress, too.
        if (!json) stdout.write(`${styled(stdout, STYLE[finding.state], finding.state.padEnd(6))}  ${line(finding)}\n`);
      }
      const broken = findings.filter(({ state }) => state === 'failed').length;
      if (json) stdout.write(`${JSON.stringify({ holds: broken === 0, findings }, null, 2)}\n`);
      else stdout.write(`\n${conclusion(broken)}\n`);
      exit(broken === 0 ? 0 : FAILURE);
    });
}

function line({ name, says }: Finding): string {
  return `${name}: ${says}`;
}

function conclusion(broken: number): string {
  if (broken === 0) return 'All that hatchway promises holds on this machine.';
  return `${broken} ${broken === 1 ? 'thing that hatchway promises does' : 'things that hatchway promises do'} not hold on this machine.`;
}
