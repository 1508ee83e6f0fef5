using System.Text;
using System.Text.Json;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Support;

/// <summary>Reviewed files that say what comes out. <c>UPDATE_GOLDEN=1 dotnet test tests/Gateway.Providers.Tests</c> rewrites them; review the difference before it is committed.</summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Folder => Path.Combine(SharedFolder.RepositoryRoot(), "tests", "Gateway.Providers.Tests", "Golden");

    /// <summary>The inputs of a folder: names without <c>.request.json</c>.</summary>
    public static IEnumerable<string> Cases(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.request.json").Select(f => Path.GetFileName(f)[..^".request.json".Length]).Order(StringComparer.Ordinal);

    public static string Request(string folder, string name) => File.ReadAllText(Path.Combine(Folder, folder, name + ".request.json"));

    public static byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path.Combine(Folder, folder, file));

    /// <summary>A stream as the provider sends it: Bedrock's is binary, and written here as text.</summary>
    public static byte[] Stream(string folder, string text) => folder == "bedrock" ? EventStreamFrames.Of(text) : Encoding.UTF8.GetBytes(text);

    public static byte[] StreamOf(string folder, string file) => Stream(folder, Encoding.UTF8.GetString(Bytes(folder, file)));

    /// <summary>Names of a folder's files; none where there is no folder.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(Path.Combine(Folder, folder)) ? Directory.EnumerateFiles(Path.Combine(Folder, folder), pattern).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal) : [];

    public static void Verify(string folder, string name, string actual)
    {
        var file = Path.Combine(Folder, folder, name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.GetDirectoryName(file)!).FullName, name), actual);
        File.Exists(file).Should().BeTrue($"{name} is missing; UPDATE_GOLDEN=1 writes it");
        actual.Should().Be(File.ReadAllText(file), $"that is what {name} says");
    }

    public static string Pretty(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement, Indented) + "\n";
}
