import {
  type AuditSink,
  type Grants,
  type GrantsOption,
  type Layer,
  type Manifest,
  type PermissionRequest,
  type PluginPolicy,
  parseAppGrants,
  resolveGrants,
} from '../grants/index.js';
import type { HostBudget } from './budget.js';
import { type CompleteLimits, type InstanceLimits, type Keeping, limitsOf } from './limits.js';

/** Where the grants and limits of a plugin's instances come from: what it requests and what a policy says, found at load. */
export class GrantSource {
  constructor(
    readonly manifest: Manifest | undefined,
    readonly policy: PluginPolicy | undefined,
    /** Where checks are recorded. */
    readonly audit: AuditSink | undefined,
    /** What all instances of the host have together. */
    readonly budget: HostBudget,
  ) {
    // What is wrong in files is said when the plugin is loaded.
    if (policy !== undefined || manifest !== undefined) {
      resolveGrants({ manifest: manifest?.layer, policy: policy?.layer(''), partial: true });
      this.limits('', undefined, 'all');
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
   * @param keeping what can be kept to.
   * @throws HatchwayError `grants` for more than the policy allows, or what is not enforced; `option` for what is no limit.
   */
  limits(instance: string, given: InstanceLimits | undefined, keeping: Keeping = 'no fuel'): CompleteLimits {
    return limitsOf(this, instance, given, keeping, warn);
  }
}

function warn(text: string): void {
  process.emitWarning(text, { code: 'HATCHWAY_GRANTS' });
}

function isLayer(given: GrantsOption | Layer): given is Layer {
  return 'kind' in given && 'deny' in given && 'onlyDenies' in given;
}
