# One image for every process of the demo; docker-compose.yml says which one a container runs.
FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /portcullis

# What is installed depends on these files alone, so that a change of a source does not install again.
COPY package.json package-lock.json .npmrc ./
COPY cli/package.json cli/portcullis.mjs cli/
COPY demo/package.json demo/
COPY gateway/package.json gateway/
COPY policies/package.json policies/
COPY schema/package.json schema/
COPY subgraphs/kit/package.json subgraphs/kit/
RUN npm ci --omit=dev

COPY . .
RUN npm run build && mkdir -m 700 .portcullis && chown node:node .portcullis
USER node
