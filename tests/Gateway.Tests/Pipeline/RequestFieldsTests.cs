using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Tests.Pipeline;

/// <summary>What policy reads out of a body: the bound it reserves must hold whatever the client writes.</summary>
public class RequestFieldsTests
{
    [Theory]
    [InlineData("\"a\"", 1)]
    [InlineData("[\"a\"]", 1)]
    [InlineData("[\"a\",\"b\",\"c\"]", 3)]
    [InlineData("[1,2,3]", 1)]
    [InlineData("[[1,2],[3],[4,5,6],[]]", 4)]
    [InlineData("[]", 1)]
    public void Every_prompt_of_a_completion_may_cost_its_maximum(string prompt, long prompts)
    {
        Read($$"""{"model":"m","max_tokens":1000,"prompt":{{prompt}}}""", InferenceEndpoint.Completions, out var fields).Should().BeNull();
        fields.OutputBound.Should().Be(1000 * prompts);
        fields.Choices.Should().Be(prompts);
    }

    [Fact]
    public void Prompts_multiply_what_n_asks_for_and_never_wrap_around()
    {
        Read("""{"model":"m","max_tokens":10,"n":3,"prompt":["a","b"]}""", InferenceEndpoint.Completions, out var fields);
        fields.OutputBound.Should().Be(60);

        var many = string.Join(',', Enumerable.Repeat("\"\"", 5000));
        Read($$"""{"model":"m","max_tokens":2147483647,"n":2147483647,"prompt":[{{many}}]}""", InferenceEndpoint.Completions, out fields).Should().BeNull();
        fields.OutputBound.Should().Be((long)int.MaxValue * int.MaxValue);
    }

    [Theory]
    [InlineData(InferenceEndpoint.Messages, """{"model":"m","max_tokens":7,"messages":[],"stream":true,"metadata":{"user_id":"ana"}}""", 7L, true, "ana")]
    [InlineData(InferenceEndpoint.Messages, """{"model":"m","messages":[],"metadata":{"user_id":5},"user":"not here"}""", null, false, null)]
    [InlineData(InferenceEndpoint.Responses, """{"model":"m","input":"x","max_output_tokens":8,"stream":true,"user":"ana"}""", 8L, true, "ana")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"m"}""", null, false, null)]
    [InlineData(InferenceEndpoint.CountTokens, """{"model":"m","messages":[],"stream":true,"max_tokens":3}""", 0L, false, null)]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"x","documents":[],"stream":true}""", 0L, false, null)]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":{"image":"x"},"documents":["a",{"text":"b","score":[1]}],"top_n":0,"return_documents":true,"rank_fields":["text"],"max_tokens_per_doc":null,"newer":{}}""", 0L, false, null)]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","que\u0072y":"x","documents":{"content":[]}}""", 0L, false, null)]
    [InlineData(InferenceEndpoint.Moderations, """{"model":"m","input":"x","stream":true}""", 0L, false, null)]
    public void Each_dialect_has_its_own_names(InferenceEndpoint endpoint, string body, long? bound, bool stream, string? user)
    {
        Read(body, endpoint, out var fields).Should().BeNull();
        fields.Should().BeEquivalentTo(new { Model = "m", OutputBound = bound, Stream = stream, User = user, Choices = 1L });
    }

    [Fact]
    public void A_moderation_may_leave_the_model_to_its_default()
    {
        Read("""{"input":"x"}""", InferenceEndpoint.Moderations, out var fields).Should().BeNull();
        fields.Model.Should().Be("omni-moderation-latest");
        Read("""{"input":"x"}""", InferenceEndpoint.Embeddings, out _)!.Param.Should().Be("model");
    }

    [Theory]
    [InlineData(InferenceEndpoint.Messages, """{"model":"m","max_tokens":"7","messages":[]}""", "max_tokens")]
    [InlineData(InferenceEndpoint.Messages, """{"model":"m","max_tokens":7}""", "messages")]
    [InlineData(InferenceEndpoint.CountTokens, """{"model":"m"}""", "messages")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"m","max_output_tokens":1e3}""", "max_output_tokens")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"m","MAX_output_tokens":1}""", "max_output_tokens")]
    [InlineData(InferenceEndpoint.Moderations, """{"model":"m"}""", "input")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"m","background":true}""", "background")]
    [InlineData(InferenceEndpoint.Rerank, """{"query":"q","documents":["a"]}""", "model")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","documents":["a"]}""", "query")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":null,"documents":["a"]}""", "query")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":["q"],"documents":["a"]}""", "query")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":5,"documents":["a"]}""", "query")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q"}""", "documents")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":"a"}""", "documents")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a",{"text":"b"},[]]}""", "documents[2]")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a",null]}""", "documents[1]")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a"],"top_n":"3"}""", "top_n")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a"],"top_n":1.0}""", "top_n")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a"],"top_n":-1}""", "top_n")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a"],"max_tokens_per_doc":[]}""", "max_tokens_per_doc")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a"],"return_documents":"yes"}""", "return_documents")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a"],"rank_fields":"text"}""", "rank_fields")]
    [InlineData(InferenceEndpoint.Rerank, """{"model":"m","query":"q","documents":["a"],"rank_fields":[1]}""", "rank_fields[0]")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"gemini/a/../b"}""", "model")]
    [InlineData(InferenceEndpoint.ChatCompletions, """{"model":"..","messages":[]}""", "model")]
    [InlineData(InferenceEndpoint.ChatCompletions, """{"model":"x/./y","messages":[]}""", "model")]
    public void What_is_wrong_in_a_dialect_is_named(InferenceEndpoint endpoint, string body, string field) =>
        Read(body, endpoint, out _)!.Param.Should().Be(field);

    [Theory]
    [InlineData("max_to\u212Aens", "max_tokens")]
    [InlineData("MAX_TO\u212AEN\u017F", "max_tokens")]
    [InlineData("\u017Ftream", "stream")]
    [InlineData("me\u017F\u017Fages", "messages")]
    [InlineData("u\\u017fer", "user")]
    public void Letters_that_fold_to_those_of_a_policy_field_are_a_case_variant(string name, string field)
    {
        var error = Read($$"""{"model":"m","messages":[],"{{name}}":1}""", InferenceEndpoint.ChatCompletions, out _);
        error!.Param.Should().Be(field);
        error.Message.Should().Contain("case-sensitive");
    }

    [Theory]
    [InlineData("größe")]
    [InlineData("\u212Aelvin")]
    public void Other_names_outside_ASCII_pass(string name) =>
        Read($$"""{"model":"m","messages":[],"{{name}}":1}""", InferenceEndpoint.ChatCompletions, out _).Should().BeNull();

    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\"", true)]
    [InlineData("\"previous_response_id\":null", false)]
    [InlineData("\"conversation\":{\"id\":\"c\"}", true)]
    [InlineData("\"prompt\":{\"id\":\"p\"}", true)]
    [InlineData("\"input\":[{\"type\":\"item_reference\",\"id\":\"x\"}]", true)]
    [InlineData("\"input\":\"x\",\"background\":false", false)]
    public void What_the_provider_has_kept_is_known_to_be_a_part_of_the_prompt(string members, bool refers)
    {
        Read($$"""{"model":"m",{{members}}}""", InferenceEndpoint.Responses, out var fields).Should().BeNull();
        fields.RefersToStored.Should().Be(refers);
    }

    [Theory]
    [InlineData("\"generationConfig\":{\"maxOutputTokens\":9}", 9L, 9L, 1L)]
    [InlineData("\"generation_config\":{\"max_output_tokens\":9,\"candidate_count\":3}", 27L, 9L, 3L)]
    [InlineData("\"extra_body\":{\"google\":{\"generationConfig\":{\"max\\u004futputTokens\":9}}}", 9L, 9L, 1L)]
    [InlineData("\"options\":[{\"a\":1},{\"num_predict\":9}]", 9L, 9L, 1L)]
    [InlineData("\"max_tokens\":5,\"maxOutputTokens\":9", 9L, null, 1L)]
    [InlineData("\"max_tokens\":9,\"maxOutputTokens\":5,\"num_return_sequences\":2,\"n\":1", 18L, null, 2L)]
    [InlineData("\"max_tokens\":9,\"min_tokens\":20.5", 21L, null, 1L)]
    [InlineData("\"min_tokens\":20", null, null, 1L)]
    [InlineData("\"reasoning\":{\"max_tokens\":20},\"x\":{\"max_tokens\":7}", 20L, 7L, 1L)]
    [InlineData("\"x\":{\"thinking\":{\"max_tokens\":20},\"max_tokens\":7}", 20L, 7L, 1L)]
    [InlineData("\"max_tokens\":5,\"metadata\":{\"max_tokens\":\"9\"},\"tools\":[{\"n\":0.5}],\"response_format\":{\"json_schema\":{\"schema\":{\"default\":{\"n\":0}}}}", 5L, null, 1L)]
    [InlineData("\"max_tokens\":5,\"text\":{\"responseSchema\":{\"n\":0}},\"max_input_tokens\":100,\"maxTokensPerDoc\":100,\"numPredict\":null", 5L, null, 1L)]
    public void A_bound_in_a_providers_own_field_counts(string member, long? bound, long? own, long choices)
    {
        Read($$"""{"model":"m","messages":[],{{member}}}""", InferenceEndpoint.ChatCompletions, out var fields).Should().BeNull();
        fields.Should().BeEquivalentTo(new { OutputBound = bound, OwnBound = own, Choices = choices });
    }

    [Theory]
    [InlineData("\"generationConfig\":{\"maxOutputTokens\":\"100000\"}", "generationConfig.maxOutputTokens")]
    [InlineData("\"generationConfig\":{\"candidateCount\":8.0}", "generationConfig.candidateCount")]
    [InlineData("\"maxOutputTokens\":1e5", "maxOutputTokens")]
    [InlineData("\"options\":{\"num_predict\":-1}", "options.num_predict")]
    [InlineData("\"extra_body\":{\"google\":{\"candidate_count\":3000000000}}", "extra_body.candidate_count")]
    public void A_bound_that_can_be_misread_is_refused_wherever_it_stands(string member, string field) =>
        Read($$"""{"model":"m","messages":[],{{member}}}""", InferenceEndpoint.ChatCompletions, out _)!.Param.Should().Be(field);

    [Theory]
    [InlineData("\"cachedContent\":\"cachedContents/abc\"", true)]
    [InlineData("\"extra_body\":{\"google\":{\"cached_content\":\"cachedContents/abc\"}}", true)]
    [InlineData("\"cachedContent\":null", false)]
    [InlineData("\"metadata\":{\"cachedContent\":\"x\"}", false)]
    public void A_prompt_that_Google_keeps_is_a_part_of_the_prompt(string member, bool refers)
    {
        Read($$"""{"model":"m","messages":[],{{member}}}""", InferenceEndpoint.ChatCompletions, out var fields).Should().BeNull();
        fields.RefersToStored.Should().Be(refers);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("...")]
    [InlineData("org/model.v1:free")]
    public void Dots_in_a_name_are_no_way_out(string name)
    {
        Read($$"""{"model":"{{name}}","messages":[]}""", InferenceEndpoint.ChatCompletions, out var fields).Should().BeNull();
        fields.Model.Should().Be(name);
    }

    private static GatewayError? Read(string json, InferenceEndpoint endpoint, out RequestFields fields)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();
        var error = RequestFields.Read(body, members, endpoint, out fields);
        members.Return();
        return error;
    }
}
