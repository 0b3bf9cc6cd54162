#!/bin/sh
# debian.sh FOLDER: Julia 1.5.3 of Debian's bullseye, unpacked into FOLDER; FOLDER/julia runs it.
#
# Later Debians have no Julia. Installed beside their own packages it crashes in the first exception, since it takes
# their libunwind: so it gets the libraries of its own release. All of apt's state is in FOLDER too, and no root is
# needed: the machine stays as it is.
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd)
release=bullseye

# The mirror is the one that this machine's own release comes from.
# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016 # apt's variables
mirror=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    sed -n "s/^$codename main //p" | head -n 1)
[ -n "$mirror" ] || { echo "apt has no source of $codename main" >&2; exit 1; }

rm -rf "$folder/apt" "$folder/tree"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$folder/apt/empty" "$folder/tree"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$folder/apt/sources.list"
: >"$folder/apt/status" # nothing is installed, so everything that Julia needs is fetched

apt_here() {
    apt-get -q -o Dir::Etc::SourceList="$folder/apt/sources.list" -o Dir::Etc::SourceParts="$folder/apt/empty" \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$folder/apt/empty" \
        -o Dir::State="$folder/apt" \
        -o Dir::State::Status="$folder/apt/status" -o Dir::Cache="$folder/apt" -o APT::Sandbox::User="$(id -un)" \
        -o Acquire::Retries=2 -o Acquire::http::Timeout=30 "$@"
}
apt_here update -o APT::Update::Error-Mode=any
apt_here install -y --download-only --no-install-recommends julia

for package in "$folder"/apt/archives/*.deb; do
    case ${package##*/} in
    # libscmp was built with this machine's, which run what needs older ones.
    libc6_* | libgcc-s1_* | libstdc++6_* | gcc-*) ;;
    perl-base_* | tar_* | dpkg_* | debconf_*) ;; # only needed to install
    *) dpkg-deb -x "$package" "$folder/tree" ;;
    esac
done
rm -rf "$folder/apt"

library=$(dirname "$folder"/tree/usr/lib/*/libjulia.so.1)
cat >"$folder/julia.new" <<END
#!/bin/sh
export LD_LIBRARY_PATH="$library:$folder/tree/lib/${library##*/}\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
exec "$folder/tree/usr/bin/julia" "\$@"
END
chmod +x "$folder/julia.new"
"$folder/julia.new" --startup-file=no -e 'VERSION < v"1.5" && exit(1)'
mv "$folder/julia.new" "$folder/julia"
