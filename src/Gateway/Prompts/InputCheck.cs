using System.Text.Json;
using Gateway.Pipeline;
using Gateway.Prompts.Schemas;
using Gateway.Prompts.Templates;

namespace Gateway.Prompts;

/// <summary>Compares a request's variables with the schema of the prompt's inputs.</summary>
internal static class InputCheck
{
    /// <summary>Bytes that most variables have together, so that the buffer need not grow.</summary>
    private const int UsualVariables = 1024;

    /// <param name="values">By the variable's index; those that do not exist were not sent.</param>
    /// <returns>Null: they are right.</returns>
    public static SchemaProblem? Run(ReadOnlySpan<byte> body, PromptVersion prompt, SchemaNode schema, ReadOnlySpan<JsonValueRange> values)
    {
        var output = new BodyBuilder(UsualVariables);
        output.Write((byte)'{');
        for (var i = 0; i < values.Length; i++)
        {
            if (!values[i].Exists) continue;   // null is as good as not sent, whatever the schema says of null
            if (output.Length > 1) output.Write((byte)',');
            output.Write((byte)'"');
            output.Write(prompt.Variables[i].NameUtf8);
            output.Write("\":"u8);
            output.Write(body[values[i].Start..values[i].End]);
        }

        output.Write((byte)'}');
        var sent = output.Finish();
        try
        {
            using var document = JsonDocument.Parse(sent.Memory);
            return SchemaCheck.Run(schema, document.RootElement);
        }
        finally
        {
            sent.Return();
        }
    }
}
