namespace Gateway.Prompts.Templates;

/// <summary>What one prompt may take, so that no template and no value costs without end.</summary>
internal static class TemplateLimits
{
    /// <summary>Sections in sections, and partials in partials.</summary>
    public const int Depth = 16;

    /// <summary>Steps of a compiled prompt, with its partials written out: partials that each include another one twice double at every level.</summary>
    public const int Steps = 10_000;

    /// <summary>Characters of a template, a partial or a file.</summary>
    public const int Characters = 256 * 1024;

    /// <summary>Characters of a compiled prompt, with its partials written out.</summary>
    public const int CompiledCharacters = 1024 * 1024;

    public const int Variables = 100;

    /// <summary>Bytes of a variable's default, and of a schema of all variables, as JSON.</summary>
    public const int Declaration = 64 * 1024;

    public const int Messages = 100;

    /// <summary>Bytes that a prompt may become with its values in.</summary>
    /// <remarks>8 MiB: some two million tokens, more than any model reads.</remarks>
    public const int RenderedBytes = 8 * 1024 * 1024;

    /// <summary>Bytes of values that are looked through while a prompt is rendered, and <see cref="StepBytes"/> for every step: loops in loops write nothing, maybe, and still take time.</summary>
    /// <remarks>64 MiB: lists of small numbers, the dearest to read, take half a second of one core.</remarks>
    public const int ScannedBytes = 64 * 1024 * 1024;

    /// <summary>What a step takes, in bytes that are looked through.</summary>
    public const int StepBytes = 8;
}
