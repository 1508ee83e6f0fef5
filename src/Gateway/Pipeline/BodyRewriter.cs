using Gateway.Core.Providers;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>
/// What policy changes in a body before it goes to a target: the model's name, the operator's params and overrides, and a stream's usage report, without which it
/// could not be billed. Everything else stays as the client wrote it, byte for byte.
/// </summary>
internal static class BodyRewriter
{
    private static readonly byte[] UsageOption = "\"include_usage\":true"u8.ToArray();
    private static readonly byte[] UsageOptionMore = "\"include_usage\":true,"u8.ToArray();
    private static readonly byte[] UsageOptions = "{\"include_usage\":true}"u8.ToArray();
    private static readonly byte[] UsageOptionsMember = "\"stream_options\":{\"include_usage\":true},"u8.ToArray();

    /// <summary>The body for one target in an array of its own; an empty one where nothing changes and the client's own can be sent.</summary>
    /// <param name="cap">See <see cref="OutputCap"/>.</param>
    public static RequestBody Rewrite(
        ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, ModelEntry model, Target target, InferenceEndpoint endpoint, OperatorField? cap = null)
    {
        var quirks = Quirks(target, endpoint);
        if (cap is null && quirks is null && IsFitting(body, members, fields, model, target, endpoint)) return default;
        var edits = new List<BodyEdit>(4);
        var afterBrace = body.IndexOf((byte)'{') + 1;
        if (quirks is not null) UnknownFields.Remove(edits, body, members, quirks);
        if (quirks is not { NoStreamOptions: true } && fields.Stream && !fields.IncludeUsage && CanBeAskedForUsage(endpoint)) AskForUsage(edits, body, members, fields, afterBrace);
        SetModel(edits, body, members, fields, target, afterBrace);
        if (OperatorField.AreFor(endpoint))
        {
            foreach (var field in model.Fields)
            {
                var named = field.For(endpoint);
                if (endpoint != InferenceEndpoint.ChatCompletions || quirks is not null || !YieldsToTwin(edits, body, members, named, model)) SetField(edits, body, members, named, quirks, afterBrace);
            }
        }

        if (cap is not null) SetField(edits, body, members, cap, quirks, afterBrace);
        RewriteEscapedNames(edits, body, members, fields);
        if (quirks is not null) QuirkEdits.Rename(edits, body, members, quirks);
        if (quirks is { Inside.Count: > 0 }) new UnknownMembers(body, edits).Find(members, quirks);
        return edits.Count == 0 ? default : Apply(body, edits);
    }

    public static FieldQuirks? Quirks(Target target, InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.ChatCompletions => target.Provider.Manifest.Fields,
        InferenceEndpoint.Embeddings => target.Provider.Manifest.EmbeddingFields,
        _ => null,
    };

    /// <summary>Nothing to change: the common case of a model that has the same name here and there.</summary>
    private static bool IsFitting(ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, ModelEntry model, Target target, InferenceEndpoint endpoint)
    {
        if ((model.Fields.Count > 0 && OperatorField.AreFor(endpoint)) || members.AnyNameEscaped || (fields.Stream && !fields.IncludeUsage && CanBeAskedForUsage(endpoint))) return false;
        var index = fields.Positions[PolicyField.Model];
        return index >= 0 && body[members[index].ValueStart..members[index].ValueEnd].SequenceEqual(target.ModelJson);
    }

    /// <summary>The streams of the other dialects report theirs unasked.</summary>
    private static bool CanBeAskedForUsage(InferenceEndpoint endpoint) => endpoint is InferenceEndpoint.ChatCompletions or InferenceEndpoint.Completions;

    private static void SetModel(List<BodyEdit> edits, ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, Target target, int afterBrace)
    {
        var index = fields.Positions[PolicyField.Model];
        if (index < 0)
        {
            // Left to its default, which is what was looked up. An object with a member less has another one: the endpoint asks for an input.
            edits.Add(new(afterBrace, afterBrace, (byte[])[.. "\"model\":"u8, .. target.ModelJson, (byte)',']));
            return;
        }

        var member = members[index];
        if (!body[member.ValueStart..member.ValueEnd].SequenceEqual(target.ModelJson))
            edits.Add(new(member.ValueStart, member.ValueEnd, target.ModelJson));
    }

    private static void AskForUsage(List<BodyEdit> edits, ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, int afterBrace)
    {
        var index = fields.Positions[PolicyField.StreamOptions];
        if (index < 0)
        {
            edits.Add(new(afterBrace, afterBrace, UsageOptionsMember));
            return;
        }

        var member = members[index];
        var value = body[member.ValueStart..member.ValueEnd];
        if (value[0] != '{') edits.Add(new(member.ValueStart, member.ValueEnd, UsageOptions));
        else edits.Add(UsageEdit(value, member.ValueStart));
    }

    /// <summary>Sets <c>include_usage</c> inside the client's own <c>stream_options</c>, where it is false, null or absent.</summary>
    private static BodyEdit UsageEdit(ReadOnlySpan<byte> options, int offset)
    {
        var reader = new System.Text.Json.Utf8JsonReader(options);
        reader.Read();
        var empty = true;
        while (reader.Read() && reader.TokenType == System.Text.Json.JsonTokenType.PropertyName)
        {
            empty = false;
            var wanted = reader.ValueTextEquals("include_usage"u8);
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            if (wanted) return new(offset + start, offset + (int)reader.BytesConsumed, UsageOption);
            reader.Skip();
        }

        return new(offset + 1, offset + 1, empty ? UsageOption : UsageOptionMore);
    }

    private static void SetField(List<BodyEdit> edits, ReadOnlySpan<byte> body, in JsonMembers members, OperatorField field, FieldQuirks? quirks, int afterBrace)
    {
        if (quirks is not null) field = QuirkEdits.Renamed(field, quirks);
        var index = quirks is null ? members.Find(body, field.Name) : QuirkEdits.Find(body, members, quirks, field.Name);
        if (index < 0) edits.Add(new(afterBrace, afterBrace, field.Member));
        else if (field.Wins) edits.Add(new(members[index].ValueStart, members[index].ValueEnd, field.Value));
    }

    /// <summary>
    /// Chat has two names for the longest answer, and to an operator they are one field: an override takes the client's other one out, a default is not set beside it.
    /// </summary>
    /// <returns>Whether the field is not to be set.</returns>
    private static bool YieldsToTwin(List<BodyEdit> edits, ReadOnlySpan<byte> body, in JsonMembers members, OperatorField field, ModelEntry model)
    {
        var twin = field.Twin;
        if (twin.IsEmpty || members.Find(body, twin) is not (>= 0 and var index)) return false;
        foreach (var other in model.Fields)
            if (other.Name.AsSpan().SequenceEqual(twin)) return false;   // the operator set both
        if (field.Wins) UnknownFields.Remove(edits, members, index, isFirst: index == 0);
        return !field.Wins;
    }

    /// <summary>A policy field whose name is written with escapes gets its plain name, so that no upstream can read it as another.</summary>
    private static void RewriteEscapedNames(List<BodyEdit> edits, ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields)
    {
        for (var field = PolicyField.Model; field <= PolicyField.Conversation; field++)
        {
            var index = fields.Positions[field];
            if (index < 0 || !members[index].NameEscaped) continue;
            var member = members[index];
            if (IsTakenOut(edits, member.NameStart)) continue;
            edits.Add(new(member.NameStart, member.NameStart + member.NameLength, PolicyFields.Utf8(field).ToArray()));
        }
    }

    private static bool IsTakenOut(List<BodyEdit> edits, int at)
    {
        foreach (var edit in edits)
            if (edit.Replacement.IsEmpty && edit.Start <= at && at < edit.End) return true;
        return false;
    }

    private static RequestBody Apply(ReadOnlySpan<byte> body, List<BodyEdit> edits)
    {
        edits.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.End.CompareTo(b.End));   // what is inserted stands before what is removed
        var length = body.Length;
        foreach (var edit in edits) length += edit.Replacement.Length - (edit.End - edit.Start);
        var output = ByteBuffers.Rent(length);
        int from = 0, to = 0;
        foreach (var edit in edits)
        {
            Copy(body[from..edit.Start], output, ref to);
            Copy(edit.Replacement.Span, output, ref to);
            from = edit.End;
        }

        Copy(body[from..], output, ref to);
        return new(output, to);
    }

    private static void Copy(ReadOnlySpan<byte> bytes, byte[] output, ref int to)
    {
        bytes.CopyTo(output.AsSpan(to));
        to += bytes.Length;
    }
}
