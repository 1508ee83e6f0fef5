namespace Gateway.Tests.Config;

/// <summary>A directory of its own, gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("gateway-config-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
