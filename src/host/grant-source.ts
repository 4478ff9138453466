import {
  type AuditSink,
  type Grants,
  type GrantsOption,
  type Layer,
  parseAppGrants,
  resolveGrants,
} from '../grants/index.js';

/** What a plugin requests and what the host's policy says of it: known when it is loaded. */
export interface PluginLayers {
  readonly manifest?: Layer | undefined;
  /** What the policy says of one instance, by its name. */
  readonly policy?: ((instance: string) => Layer) | undefined;
}

/** Where the grants of a plugin's instances come from. */
export class GrantSource {
  constructor(
    private readonly layers: PluginLayers,
    /** Where checks are recorded. */
    readonly audit: AuditSink | undefined,
  ) {}

  /**
   * What holds for one instance.
   * @param given what the app, or a command line, gives it.
   * @throws HatchwayError `grants` for what cannot be read, contradicts, or exceeds what the policy allows.
   */
  resolve(instance: string, given: GrantsOption | Layer | undefined): Grants {
    const { manifest, policy } = this.layers;
    const layer = given === undefined || isLayer(given) ? given : parseAppGrants(given, { cwd: process.cwd() });
    const grants = resolveGrants({
      manifest,
      policy: policy?.(instance),
      ...(layer?.kind === 'flags' ? { flags: layer } : { app: layer }),
    });
    for (const warning of grants.warnings) process.emitWarning(warning, { code: 'HATCHWAY_GRANTS' });
    return grants;
  }
}

function isLayer(given: GrantsOption | Layer): given is Layer {
  return 'kind' in given && 'deny' in given;
}
