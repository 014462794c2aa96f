#!/bin/sh
# Runs the driver with a fixed, touched heap, the collector with the fewest threads, and without
# the JVM's periodic safepoints: what a latency-minded user of the Disruptor would set.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
jar=${DISRUPTOR_JAR:-/usr/share/java/disruptor.jar}
exec java -Xms512m -Xmx512m -XX:+AlwaysPreTouch -XX:+UseSerialGC -XX:+UseTransparentHugePages \
  -XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions -XX:GuaranteedSafepointInterval=0 \
  -cp "$here/build:$jar" DisruptorBench "$@"
