using System.Text;

namespace Gateway.Config;

/// <summary>The content of a file of the configuration.</summary>
/// <param name="Bytes">As read; null: there is no such file.</param>
/// <param name="CanBeReadAgain">False for pipes, which are empty the second time.</param>
internal readonly record struct ConfigFile(byte[]? Bytes, bool CanBeReadAgain)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file; what is wrong with it is reported.</summary>
    /// <param name="maxBytes">A larger file is refused before it is read into memory.</param>
    public static ConfigFile Read(string path, int maxBytes, ErrorSink errors)
    {
        if (!File.Exists(path))
            return new(null, true);

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (var read = 0; (read = file.Read(buffer)) > 0;)
            {
                content.Write(buffer.AsSpan(0, read));
                if (content.Length > maxBytes)
                {
                    errors.Add(default, $"the file is too large: {maxBytes} bytes are the most");
                    return new([], file.CanSeek);
                }
            }

            return new(content.ToArray(), file.CanSeek);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(default, $"the file cannot be read: {Printable.Sentence(e.Message)}");
            return new([], true);
        }
    }

    /// <summary>The bytes as text, without a byte order mark; null where they are no UTF-8, which is reported.</summary>
    public string? Text(ErrorSink errors)
    {
        try
        {
            var bytes = Bytes.AsSpan();
            return Strict.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            errors.Add(default, "the file is not UTF-8 text");
            return null;
        }
    }
}
