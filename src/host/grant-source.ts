import {
  type AuditSink,
  checkEnforced,
  type Grants,
  type GrantsOption,
  type Layer,
  type Limits,
  type Manifest,
  meetLimits,
  type PermissionRequest,
  type PluginPolicy,
  Problems,
  parseAppGrants,
  parseDuration,
  resolveGrants,
  type SaidLimits,
} from '../grants/index.js';
import { checkOptions } from './options.js';
import type { InstanceLimits } from './sandbox.js';

/** The limits that hold on this thread; any other that somebody sets is an error. */
const ENFORCED: ReadonlySet<string> = new Set(['waiting'] satisfies (keyof Limits)[]);

const NO_LIMITS: SaidLimits = { values: {}, rules: {} };

/** Where the grants and limits of a plugin's instances come from: what it requests and what a policy says, found at load. */
export class GrantSource {
  constructor(
    private readonly manifest: Manifest | undefined,
    private readonly policy: PluginPolicy | undefined,
    /** Where checks are recorded. */
    readonly audit: AuditSink | undefined,
  ) {
    // What is wrong in files is said when the plugin is loaded.
    if (policy !== undefined || manifest !== undefined) {
      resolveGrants({ manifest: manifest?.layer, policy: policy?.layer(''), partial: true });
      this.limits('', undefined);
    }
  }

  /** What the plugin says that it needs, and why. */
  get requests(): readonly PermissionRequest[] {
    return this.manifest?.requests ?? [];
  }

  /**
   * What one instance may do.
   * @param given what the app, or a command line, gives it.
   * @throws HatchwayError `grants` for what cannot be read, contradicts, or exceeds what the policy allows.
   */
  resolve(instance: string, given: GrantsOption | Layer | undefined): Grants {
    const layer = given === undefined || isLayer(given) ? given : parseAppGrants(given);
    const grants = resolveGrants({
      manifest: this.manifest?.layer,
      policy: this.policy?.layer(instance),
      ...(layer?.kind === 'flags' ? { flags: layer } : { app: layer }),
    });
    for (const warning of grants.warnings) warn(warning);
    return grants;
  }

  /**
   * How much one instance may take.
   * @throws HatchwayError `grants` for more than the policy allows, or what is not enforced; `option` for what is no limit.
   */
  limits(instance: string, given: InstanceLimits | undefined): Limits {
    const problems = new Problems();
    const said = [this.policy?.limits(instance), appLimits(given), this.manifest?.limits];
    const limits = meetLimits(
      said.filter((it) => it !== undefined),
      problems,
    );
    const warnings = checkEnforced(limits, ENFORCED, this.policy?.unenforced ?? 'error', problems);
    problems.throwIfAny('the limits cannot hold');
    for (const warning of warnings) warn(warning);
    return limits.values;
  }
}

function appLimits(given: InstanceLimits | undefined): SaidLimits {
  if (given === undefined) return NO_LIMITS;
  checkOptions('limits', given, ['waiting']);
  // No limit of the app's own.
  if (given.waiting === undefined || given.waiting === Number.POSITIVE_INFINITY) return NO_LIMITS;
  return { values: { waiting: parseDuration(given.waiting) }, rules: { waiting: 'limits.waiting' } };
}

function warn(text: string): void {
  process.emitWarning(text, { code: 'HATCHWAY_GRANTS' });
}

function isLayer(given: GrantsOption | Layer): given is Layer {
  return 'kind' in given && 'deny' in given && 'onlyDenies' in given;
}
