FROM node:22-slim AS fonts
# Only for npm, which fetches the fonts when the wheel is built.

FROM python:3.13-slim AS build
COPY --from=fonts /usr/local /usr/local/node
ENV PATH="/usr/local/node/bin:$PATH"
WORKDIR /src
COPY . .
RUN pip install --no-cache-dir --prefix=/install -c constraints.txt .

FROM python:3.13-slim
COPY --from=build /install /usr/local
RUN useradd --create-home --uid 10001 socialpipe && mkdir /data && chown socialpipe /data
USER socialpipe
ENV SOCIALPIPE_DATA_DIR=/data PYTHONUNBUFFERED=1
CMD ["socialpipe", "--help"]
