# The gateway on Microsoft's chiseled Ubuntu: no shell, no package manager, user 1654. `extra` brings tzdata: budgets reset in their own time zone.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet restore src/Gateway --locked-mode
# One program with the runtime inside, precompiled for the machine it is built on (docs/decisions/2026-11-21-one-program.md).
RUN dotnet publish src/Gateway -p:PublishProfile=single -o /app \
    && mkdir /data

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled-extra
COPY --from=build /app /app
# The store and its journal; what a new volume is made from, so that the gateway's user may write there.
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
VOLUME /data
# The gateway says itself where it listens, and is not debugged in place.
ENV ASPNETCORE_HTTP_PORTS= DOTNET_EnableDiagnostics=0
# Relative paths start here: the default configuration is /gateway.yaml, the default store /data/gateway.db.
WORKDIR /
USER $APP_UID
EXPOSE 4000
# No HEALTHCHECK: the image has nothing that could make a request. Orchestrators probe GET /health/ready (docs/operations.md).
ENTRYPOINT ["/app/Gateway"]
CMD ["serve", "--urls", "http://0.0.0.0:4000"]
