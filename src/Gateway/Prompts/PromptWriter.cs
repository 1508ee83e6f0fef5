using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Prompts.Templates;

namespace Gateway.Prompts;

/// <summary>Writes a prompt's messages, and behind them what the client says itself, into the fields that the client's API has for them.</summary>
internal ref struct PromptWriter
{
    private readonly ReadOnlySpan<PromptMessage> _messages;
    private readonly ref BodyBuilder _output;
    private readonly int _start;
    private TemplateRenderer _renderer;

    /// <param name="output">With the body's opening brace.</param>
    public PromptWriter(PromptVersion prompt, TemplateRenderer renderer, ref BodyBuilder output)
    {
        _messages = prompt.Messages;
        _renderer = renderer;
        _output = ref output;
        _start = output.Length;
    }

    /// <param name="turns">What the client says itself: a JSON value, or nothing.</param>
    /// <param name="system">The same where the API has a field of its own for the system's messages.</param>
    /// <returns>False: it becomes too long or takes too long, and what is in the output is a part of it.</returns>
    public bool Write(InferenceEndpoint endpoint, PromptVersion prompt, ReadOnlySpan<byte> turns, ReadOnlySpan<byte> system) => endpoint switch
    {
        InferenceEndpoint.Messages => (!prompt.HasSystem || WriteSystem(system)) && WriteTurns("\"messages\":["u8, turns, withSystem: false),
        InferenceEndpoint.Responses => (!prompt.HasSystem || WriteInstructions(system)) && (!prompt.HasTurns || WriteTurns("\"input\":["u8, turns, withSystem: false)),
        _ => WriteTurns("\"messages\":["u8, turns, withSystem: true),
    };

    /// <param name="withSystem">The API has the system's messages among the others.</param>
    private bool WriteTurns(ReadOnlySpan<byte> opening, ReadOnlySpan<byte> own, bool withSystem)
    {
        var list = Open(opening);
        foreach (ref readonly var message in _messages)
        {
            if (message.IsSystem && !withSystem) continue;
            Separate(list);
            _output.Write(message.Opening);
            if (!_renderer.Run(message)) return false;
            _output.Write("\"}"u8);
        }

        WriteOwn(own, list, "{\"role\":\"user\",\"content\":"u8);
        _output.Write((byte)']');
        return true;
    }

    /// <summary>As blocks: the client's own may be some, with marks for the provider's cache that must not be lost.</summary>
    private bool WriteSystem(ReadOnlySpan<byte> own)
    {
        var list = Open("\"system\":["u8);
        foreach (ref readonly var message in _messages)
        {
            if (!message.IsSystem) continue;
            var before = _output.Length;
            Separate(list);
            _output.Write("{\"type\":\"text\",\"text\":\""u8);
            var text = _output.Length;
            if (!_renderer.Run(message)) return false;
            if (_output.Length > text) _output.Write("\"}"u8);
            else _output.Truncate(before);   // the API refuses a block without text
        }

        WriteOwn(own, list, "{\"type\":\"text\",\"text\":"u8);
        _output.Write((byte)']');
        return true;
    }

    /// <summary>One text, with an empty line between its parts.</summary>
    private bool WriteInstructions(ReadOnlySpan<byte> own)
    {
        var start = Open("\"instructions\":\""u8);
        foreach (ref readonly var message in _messages)
        {
            if (!message.IsSystem) continue;
            var before = _output.Length;
            if (before > start) _output.Write("\\n\\n"u8);
            var text = _output.Length;
            if (!_renderer.Run(message)) return false;
            if (_output.Length == text) _output.Truncate(before);
        }

        if (own.Length > 2)
        {
            if (_output.Length > start) _output.Write("\\n\\n"u8);
            _output.Write(own[1..^1]);
        }

        _output.Write((byte)'"');
        return true;
    }

    /// <returns>Where what is inside begins.</returns>
    private readonly int Open(ReadOnlySpan<byte> opening)
    {
        Separate(_start);
        _output.Write(opening);
        return _output.Length;
    }

    private readonly void Separate(int start)
    {
        if (_output.Length > start) _output.Write((byte)',');
    }

    /// <param name="around">What a string is put into.</param>
    private readonly void WriteOwn(ReadOnlySpan<byte> own, int list, ReadOnlySpan<byte> around)
    {
        var isText = !own.IsEmpty && own[0] == '"';
        if (!isText && !own.IsEmpty) own = own[1..^1].Trim(" \t\r\n"u8);
        if (isText ? own.Length <= 2 : own.IsEmpty) return;
        Separate(list);
        if (isText) _output.Write(around);
        _output.Write(own);
        if (isText) _output.Write((byte)'}');
    }
}
