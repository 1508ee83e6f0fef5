namespace Gateway.Admin.Export;

/// <summary>How rows and sums of the ledger are written.</summary>
internal enum ExportFormat
{
    /// <summary>A page, with a cursor to the next.</summary>
    Json,

    /// <summary>Everything, as RFC 4180 says, with a header line.</summary>
    Csv,

    /// <summary>Everything, a JSON object a line.</summary>
    JsonLines,
}
