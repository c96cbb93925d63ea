# share-nothing with Node.js: docker build -t share-nothing .
FROM node:20-bookworm-slim AS build
WORKDIR /opt/share-nothing
COPY . .
RUN npm ci --no-audit --no-fund && npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
# ps ends what has left its process group; unshare and nsenter are there.
RUN apt-get update && apt-get install -y --no-install-recommends procps && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/share-nothing/package.json /opt/share-nothing/package.json
COPY --from=build /opt/share-nothing/node_modules /opt/share-nothing/node_modules
COPY --from=build /opt/share-nothing/dist /opt/share-nothing/dist
RUN ln -s /opt/share-nothing/dist/cli.js /usr/local/bin/share-nothing && chmod +x /opt/share-nothing/dist/cli.js
WORKDIR /app
ENTRYPOINT ["share-nothing"]
CMD ["--help"]
