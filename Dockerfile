# An image that holds the program, the suite that it starts, and nothing else.
#
#   docker build -t ipam-local .
#   docker run --rm -p 4566:4566 ipam-local
#
# State is kept in memory. To keep it on a volume: -v ipam-local:/data -e IPAM_LOCAL_DATA_DIR=/data

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN make build BIN=/out/ipam-local && mkdir /out/data

FROM scratch
COPY --from=build /out/ipam-local /out/ipam-local-conformance /
# A new volume takes over the owner of the folder that it is mounted at. A folder of the host has to be writable for this user.
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV IPAM_LOCAL_LISTEN=0.0.0.0:4566
EXPOSE 4566
HEALTHCHECK --interval=5s --timeout=5s --retries=3 CMD ["/ipam-local", "health"]
ENTRYPOINT ["/ipam-local"]
CMD ["serve"]
