namespace Gateway.Config;

internal sealed partial class ConfigWatcher
{
    private static partial class Log
    {
        [LoggerMessage(ConfigEventIds.Reloaded, LogLevel.Information, "{Source} is in force as generation {Generation}: {Providers} providers, {Models} models, {Keys} keys")]
        public static partial void Reloaded(ILogger logger, string source, long generation, int providers, int models, int keys);

        [LoggerMessage(ConfigEventIds.Unchanged, LogLevel.Information, "{Source} holds what runs already, generation {Generation}")]
        public static partial void Unchanged(ILogger logger, string source, long generation);

        [LoggerMessage(ConfigEventIds.ReloadFailed, LogLevel.Error, "{Source} has {Count} errors and is not in force; generation {Generation} keeps running")]
        public static partial void ReloadFailed(ILogger logger, string source, int count, long generation);

        [LoggerMessage(ConfigEventIds.Error, LogLevel.Error, "{ConfigError}")]
        public static partial void Error(ILogger logger, ConfigError configError);

        [LoggerMessage(ConfigEventIds.MoreErrors, LogLevel.Error, "and {Count} more errors; the check command prints all")]
        public static partial void MoreErrors(ILogger logger, int count);

        [LoggerMessage(ConfigEventIds.NextStart, LogLevel.Warning, "{Key} has changed; the change takes effect at the next start")]
        public static partial void NextStart(ILogger logger, string key);

        [LoggerMessage(ConfigEventIds.CannotWatch, LogLevel.Warning, "{Source} cannot be looked at for changes: {Reason}")]
        public static partial void CannotWatch(ILogger logger, string source, string reason);

        [LoggerMessage(ConfigEventIds.ReloadThrew, LogLevel.Error, "{Source} could not be put in force because of a bug")]
        public static partial void ReloadThrew(ILogger logger, Exception exception, string source);

        [LoggerMessage(ConfigEventIds.Stopped, LogLevel.Debug, "The configuration is no longer watched")]
        public static partial void Stopped(ILogger logger);
    }
}
