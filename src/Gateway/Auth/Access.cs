namespace Gateway.Auth;

internal enum Access { Public, Inference, Admin }

internal sealed record AccessMetadata(Access Access);
