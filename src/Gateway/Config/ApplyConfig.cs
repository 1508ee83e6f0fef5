namespace Gateway.Config;

/// <summary>Compiles a configuration and puts it in force, whole or not at all.</summary>
/// <param name="generation">Its number; the one before stays in force when this one is rejected.</param>
/// <returns>Why it was rejected; empty: it is in force.</returns>
internal delegate IReadOnlyList<ConfigProblem> ApplyConfig(GatewayConfig config, long generation);
