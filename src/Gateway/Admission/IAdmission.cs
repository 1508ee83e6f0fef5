namespace Gateway.Admission;

/// <summary>Step 5: rate, concurrency and the reservation of the most an attempt can cost.</summary>
internal interface IAdmission
{
    /// <summary>Reserves in every scope at once (key, team, gateway, target), or in none.</summary>
    /// <returns>
    /// The reservation without which nothing can be sent, or the error that names owner, limit and reset time. Completed already, except where other gateways have to be asked for
    /// what this one lacks.
    /// </returns>
    /// <param name="cancellationToken">Ends the wait for others.</param>
    ValueTask<AdmissionResult> EnterAsync(AdmissionRequest request, CancellationToken cancellationToken);
}
