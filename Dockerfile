# The portal as an image: web, worker, beat and migrations are this one with other commands (see docker-compose.yml).

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
COPY requirements.txt /
# Only what is locked, with the hashes it was locked with.
RUN /opt/venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r /requirements.txt
WORKDIR /app
COPY manage.py ./
COPY locale locale
COPY static static
COPY templates templates
COPY portal portal
COPY callouts callouts
COPY metering metering
COPY billing billing
COPY forms_catalog forms_catalog
COPY outages outages
COPY orders orders
# Settings must load, but nothing is connected to and nothing of this stays in the image.
RUN export SECRET_KEY=build DATABASE_URL=postgresql://build/build REDIS_URL=redis://build \
    && /opt/venv/bin/python manage.py compile_catalogues \
    && /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
# What draws PDFs, and a font for signs that ours has not.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin skranke \
    && install --directory --owner 10001 --mode 700 /var/lib/skranke/media /var/lib/skranke/meterfiles /var/lib/skranke/tmp
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SKRANKE_MODE=production WEB_CONCURRENCY=2
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
# gunicorn takes the number of processes from WEB_CONCURRENCY. Its heartbeat file belongs in memory.
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--max-requests", "2000", "--max-requests-jitter", "200"]
