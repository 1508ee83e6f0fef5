using System.Security.Cryptography;

namespace Gateway.Metering.Journal;

/// <summary>What a gateway is called among those that share a store: as long as it has its journal, the same name. Made up at the first start.</summary>
internal static class InstanceName
{
    private const int Bytes = 6;

    /// <summary>The name in the journal's directory; a file that is empty or damaged, as a power loss leaves one, gets a new name.</summary>
    /// <exception cref="IOException">The directory cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static string Of(string directory)
    {
        var path = Path.Combine(directory, "instance");
        if (File.Exists(path) && File.ReadAllText(path) is { Length: 2 * Bytes } known && known.All(char.IsAsciiHexDigitLower))
            return known;
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        File.WriteAllText(path, name);
        return name;
    }
}
