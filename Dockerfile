# syntax=docker/dockerfile:1
# The same steps as `make`: the locked environment, then the program. Run it with a read-only root and a volume on /data.
#   docker build -t sobria .
#   docker build -t sobria --build-arg WEIGHTS=yes .     with the embedded model inside (1.1 GB more)
FROM python:3.11-slim AS built
WORKDIR /opt/sobria
COPY requirements requirements
COPY tools tools
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY policies policies
COPY prompts prompts
ARG PROVIDERS=no
ARG WEIGHTS=no
RUN tools/environment.sh .venv requirements/run.txt \
 && if [ "$PROVIDERS" = yes ]; then tools/environment.sh .venv requirements/providers.txt; fi
# A read-only root keeps no compiled files, so they are made here. Some packages ship templates that are no Python: let them be.
RUN .venv/bin/python -m compileall -q .venv bot >/dev/null || true
RUN mkdir -p /data && if [ "$WEIGHTS" = yes ]; then .venv/bin/sobria model fetch --data /data; fi

FROM python:3.11-slim
# The embedded model computes with OpenMP, which the slim image leaves out.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --create-home sobria
COPY --from=built /opt/sobria /opt/sobria
COPY --from=built --chown=sobria:sobria /data /data
ENV PATH=/opt/sobria/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    SOBRIA_HOST=0.0.0.0 \
    SOBRIA_DATA=/data
USER sobria
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["sobria"]
CMD ["serve"]
