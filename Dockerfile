# A Linux with glibc, such as debian or ubuntu. Node 24 comes from it, or else has the version of package-lock.json.
ARG BASE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${BASE_IMAGE} AS build
RUN command -v npm || (apt-get update && apt-get install --yes --no-install-recommends ca-certificates npm)
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN mkdir runtime \
  && (node --version | grep --quiet '^v24\.' \
  || (npm install --global "node@$(node --print 'require("./package.json").devDependencies.node')" \
  && cp "$(npm root --global)/node/bin/node" runtime/))
RUN npm ci
COPY . .
RUN npm run build

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Marketdesk" org.opencontainers.image.licenses="MIT"
COPY --from=build /app/runtime/ /usr/local/bin/
WORKDIR /app
COPY --from=build /app/dist/ dist/
COPY drizzle/ drizzle/
# Nothing else is written, so the rest may be read-only.
RUN mkdir /data && chown 10001:10001 /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data HOME=/data
USER 10001:10001
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=16", "--max-old-space-size=1024", "dist/server/start.js"]
