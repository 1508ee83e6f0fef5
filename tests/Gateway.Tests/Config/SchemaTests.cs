using System.Text.Json;

using Gateway.Commands;
using Gateway.Config;
using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Shapes;

namespace Gateway.Tests.Config;

public class SchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(SchemaWriter.Write()).RootElement;

    [Fact]
    public void Generated_schema_is_the_committed_one()
    {
        var printed = new StringWriter();
        SchemaCommand.Run(printed).Should().Be(0);

        Generated.Require(printed.ToString(), "config", "gateway.schema.json");
    }

    [Fact]
    public void Generated_tables_are_those_of_the_documentation()
    {
        var page = RepositoryFiles.Read("docs", "configuration.md");
        var (before, after) = (page.Split(KeyTables.Begin)[0], page.Split(KeyTables.End)[1]);

        Generated.Require(before + KeyTables.Begin + "\n" + KeyTables.Write() + KeyTables.End + after, "docs", "configuration.md");
    }

    [Fact]
    public void Every_key_the_binder_knows_is_in_the_schema_with_its_description()
    {
        RequireSame(GatewayShape.Kind, Schema);
        foreach (var definition in Schema.GetProperty("$defs").EnumerateObject())
            RequireSame(Records(GatewayShape.Kind, []).Single(r => r.Name == definition.Name), definition.Value);

        Schema.GetProperty("$defs").EnumerateObject().Should().HaveCount(Records(GatewayShape.Kind, []).Length - 1, "the root is no definition");
    }

    [Theory]
    [InlineData("""{"server":{"drain":"30s"}}""", 0)]
    [InlineData("""{"server":{"drain":"${DRAIN}"}}""", 0)]
    [InlineData("""{"server":{"drain":"30"}}""", 1)]
    [InlineData("""{"server":{"port":1}}""", 1)]
    [InlineData("""{"server":{"max_body":1048576}}""", 0)]
    [InlineData("""{"providers":[{"name":"a"}]}""", 1)]
    [InlineData("""{"models":[{"name":"a","targets":[]}]}""", 1)]
    [InlineData("""{"budgets":[{"limit":0,"period":"day"}]}""", 1)]
    [InlineData("""{"budgets":[{"limit":1,"period":"day","rolling":true}]}""", 0)]
    [InlineData("""{"budgets":[{"limit":1,"period":"day","rolling":"yes"}]}""", 1)]
    [InlineData("""{"budgets":[{"limit":"${LIMIT}","period":"day"}]}""", 0)]
    [InlineData("""{"unpriced":"perhaps"}""", 1)]
    public void The_schema_tells_right_from_wrong(string json, int errors) =>
        SchemaCheck.Errors(Schema, JsonDocument.Parse(json).RootElement).Should().HaveCount(errors);

    [Fact]
    public void Keys_marked_for_the_next_start_are_those_a_reload_keeps()
    {
        var marked = Paths(GatewayShape.Kind, "").Where(p => p.Key.AtNextStart).Select(p => p.Path);

        marked.Should().BeEquivalentTo(RestartOnly.Keys);
    }

    private static void RequireSame(IRecordKind record, JsonElement definition)
    {
        var properties = definition.GetProperty("properties").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        properties.Keys.Should().Equal(record.Keys.Select(k => k.Name));
        foreach (var key in record.Keys)
            properties[key.Name].GetProperty("description").GetString().Should().StartWith(key.Description);
    }

    private static IRecordKind[] Records(IRecordKind record, HashSet<IRecordKind> seen)
    {
        if (!seen.Add(record))
            return [];
        return record.Keys.Where(k => k.Kind.Record is not null).SelectMany(k => Records(k.Kind.Record!, seen)).Prepend(record).ToArray();
    }

    private static IEnumerable<(string Path, Key Key)> Paths(IRecordKind record, string prefix) =>
        record.Keys.SelectMany(k => k.Kind.Record is { } below ? Paths(below, $"{prefix}{k.Name}.").Prepend((prefix + k.Name, k)) : [(prefix + k.Name, k)]);
}
