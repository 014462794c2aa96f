#!/bin/sh
# Compiles the Disruptor driver into the directory given, by default build/ beside this script.
# DISRUPTOR_JAR names the library; Debian's libdisruptor-java puts it where the default says.
set -eu
cd "$(dirname "$0")"
out=${1:-build}
jar=${DISRUPTOR_JAR:-/usr/share/java/disruptor.jar}
mkdir -p "$out"
javac -Xlint:all -Werror -cp "$jar" -d "$out" ./*.java
