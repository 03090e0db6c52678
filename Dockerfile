# One image for every process of relance: worker, relay, web.
FROM python:3.13-slim
WORKDIR /srv/relance
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY workers workers
COPY workflows workflows
COPY templates templates
RUN pip install --no-cache-dir -c constraints.txt . \
 && useradd --system --create-home --home-dir /var/lib/relance relance
USER relance
ENV RELANCE_DATA_DIR=/var/lib/relance
ENTRYPOINT ["relance"]
