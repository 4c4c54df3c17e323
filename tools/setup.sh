# Sourced by tools/quickstart and tools/check: installs the Debian packages that are missing.
# setup_packages KIND…   KIND: run, check (third column of tools/packages.txt tells what is there)

setup_packages() {
    local name kind probe why missing=() reasons=()
    while read -r name kind probe why; do
        case "$name" in ''|\#*) continue ;; esac
        case " $* " in *" $kind "*) ;; *) continue ;; esac
        [ -e "$probe" ] && continue
        missing+=("$name"); reasons+=("$name ($why)")
    done < "$root/tools/packages.txt"
    [ ${#missing[@]} -eq 0 ] && return 0
    local list; list=$(printf '%s, ' "${reasons[@]}")
    echo "Installing ${#missing[@]} Debian packages: ${list%, }" >&2
    command -v apt-get >/dev/null || {
        echo "error: no apt-get here; install the equivalents of: ${missing[*]}" >&2; return 2; }
    local sudo=(); [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    local log; log=$(mktemp)
    if ! { "${sudo[@]}" apt-get update -qq &&
           "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
               apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        echo "error: apt-get failed; the full log is $log" >&2
        return 2
    fi
    rm -f "$log"
}

# setup_build PRESET   configures once, builds what changed; quiet unless it fails
setup_build() {
    local log="$root/build/$1.log"
    mkdir -p "$root/build"
    if { [ -f "$root/build/$1/build.ninja" ] || cmake --preset "$1"; } >"$log" 2>&1 &&
       cmake --build --preset "$1" >>"$log" 2>&1; then
        return 0
    fi
    grep -E 'error|Error|FAILED|undefined|No package' "$log" | head -n 20 >&2
    echo "error: the $1 build failed; the full log is build/$1.log" >&2
    return 2
}
