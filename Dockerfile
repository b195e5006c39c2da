# Rollcall in a container: see "In a container" in docs/running.md. Built in one image, run in another that has only the package.
FROM node:26-slim AS build
WORKDIR /build
COPY . .
RUN npm ci && npm run package

FROM node:26-slim
COPY --from=build /build/rollcall-*.tgz /tmp/
RUN npm install --global --omit=optional /tmp/rollcall-*.tgz && rm -rf /tmp/rollcall-*.tgz /root/.npm \
    && install -d -o node -g node -m 0700 /data
USER node
ENV ROLLCALL_DATA=/data
VOLUME /data
HEALTHCHECK --start-period=60s CMD ["rollcall", "status", "--ready"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["rollcall"]
CMD ["start"]
