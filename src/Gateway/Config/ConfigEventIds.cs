namespace Gateway.Config;

/// <summary>Log event ids of the configuration: 1000–1099.</summary>
internal static class ConfigEventIds
{
    public const int Reloaded = 1000;
    public const int ReloadFailed = 1001;
    public const int Error = 1002;
    public const int NextStart = 1003;
    public const int CannotWatch = 1004;
    public const int ReloadThrew = 1005;
    public const int MoreErrors = 1006;
    public const int Unchanged = 1007;
    public const int Stopped = 1008;
}
