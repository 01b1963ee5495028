FROM python:3.13-slim AS build
WORKDIR /opt/kalends/app
COPY requirements.txt requirements-dev.txt pyproject.toml README.md LICENSE ./
# The uv that the lock names, beside what the image gets.
RUN python -m venv /opt/kalends/tools && python -m venv --without-pip /opt/kalends/venv \
    && /opt/kalends/tools/bin/pip install --no-cache-dir "$(sed -n 's/^\(uv==[^ ;]*\).*/\1/p' requirements-dev.txt)"
ENV UV_NO_CACHE=1
RUN /opt/kalends/tools/bin/uv pip install --quiet --compile-bytecode --python /opt/kalends/venv/bin/python \
    --require-hashes --requirement requirements.txt
COPY src src
# What builds the package is fetched for the moment, at the versions and hashes of the lock.
RUN /opt/kalends/tools/bin/uv pip install --quiet --compile-bytecode --python /opt/kalends/venv/bin/python \
    --no-deps --build-constraints requirements-dev.txt .

FROM python:3.13-slim
# PostgreSQL wants a user with a name, and not root.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin kalends \
    && install --directory --owner kalends --group kalends --mode 700 /data
COPY --from=build /opt/kalends/venv /opt/kalends/venv
ENV KALENDS_DATA=/data KALENDS_HOST=0.0.0.0 PATH=/opt/kalends/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=30s --interval=10s --timeout=5s \
    CMD ["python", "-c", "import http.client, os, sys; \
         web = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('KALENDS_PORT') or 8000), timeout=4); \
         web.request('GET', '/healthz'); sys.exit(web.getresponse().status != 200)"]
ENTRYPOINT ["kalends"]
CMD ["serve"]
