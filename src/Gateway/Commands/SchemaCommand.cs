using Gateway.Config.Schema;

namespace Gateway.Commands;

/// <summary><c>schema</c>: prints the JSON schema of gateway.yaml; config/gateway.schema.json is its output.</summary>
internal static class SchemaCommand
{
    /// <returns>0.</returns>
    public static int Run(TextWriter @out)
    {
        @out.Write(SchemaWriter.Write());
        return 0;
    }
}
