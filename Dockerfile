# Two stages: the first builds the programs and trains the model with `make all`,
# the second holds the server, the model and nothing else.
#
#   engine/scripts/docker-build.sh      or: docker build -t housing .
#   engine/scripts/docker-run.sh        or: docker run --rm -p 8080:8080 housing
#
# It builds with BuildKit and with the older builder of Docker 20.10 alike, so it
# uses no RUN --mount, COPY --chmod or heredoc.

ARG GO_IMAGE=golang:1.26-bookworm

FROM ${GO_IMAGE} AS build

# Taken from the environment by engine/scripts/docker-build.sh, for networks that need them.
ARG GOPROXY
ARG GOFLAGS
ARG GOSUMDB
ARG GONOSUMDB
ARG GOPRIVATE

ENV CGO_ENABLED=0
WORKDIR /project

# The modules change seldom, so they are a layer of their own. The large ones are compiled in it too, with
# the flags of the Makefile: a change of the project then compiles the project only.
COPY go.mod go.sum ./
COPY engine/go.mod engine/go.sum engine/
RUN go mod download && go build -tags nomsgpack -trimpath -gcflags=all=-dwarf=false \
    github.com/gin-gonic/gin \
    github.com/go-gota/gota/dataframe \
    github.com/go-playground/validator/v10 \
    github.com/goccy/go-yaml \
    gonum.org/v1/plot/plotter \
    gonum.org/v1/plot/vg/vgimg \
    gonum.org/v1/plot/vg/vgsvg

COPY . .
ARG CONFIG=configs
RUN make all build PROGRAMS=serve CONFIG="${CONFIG}"

# The last image's tree, readable by a user who owns none of it.
RUN mkdir -p /image/configs /image/models/champion \
 && cp bin/serve /image/serve \
 && if [ -f "${CONFIG}/serve.yaml" ]; then cp "${CONFIG}/serve.yaml" /image/configs/; fi \
 && cp models/champion/model.zip /image/models/champion/ \
 && chmod -R a=rX,u+w /image && chmod a+x /image/serve

FROM scratch

ARG REVISION
LABEL org.opencontainers.image.title="housing" \
      org.opencontainers.image.description="Prediction server with its model" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="${REVISION}"

COPY --from=build /image /

USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=2s --start-period=5s --retries=3 \
    CMD ["/serve", "-healthcheck"]
ENTRYPOINT ["/serve"]
