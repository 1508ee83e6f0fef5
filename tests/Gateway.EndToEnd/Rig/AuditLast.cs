using Xunit.Abstractions;
using Xunit.Sdk;

namespace Gateway.EndToEnd.Rig;

/// <summary>Lets the test that <see cref="AuditedTests"/> hands down come after those of the class itself: it judges what these have left behind.</summary>
public sealed class AuditLast : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases) where TTestCase : ITestCase =>
        testCases.OrderBy(static t => t.TestMethod.Method.Name == AuditedTests.Last);
}
