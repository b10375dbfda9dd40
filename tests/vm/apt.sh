# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Debian packages of this and other suites, through an apt root of our own under
# the cache.  Neither the user's sources nor their package state is touched, and
# the mirror is the one their sources name.

# Print "uri suite" for every binary source of component main.
apt_sources() {
	local etc=${NETTUNE_APT_ETC:-/etc/apt} file
	for file in "$etc"/sources.list "$etc"/sources.list.d/*.list; do
		[[ -r $file ]] && apt_sources_list "$file"
	done
	for file in "$etc"/sources.list.d/*.sources; do
		[[ -r $file ]] && apt_sources_deb822 "$file"
	done
	return 0
}

# deb [arch=amd64 signed-by=…] URI SUITE COMPONENT…
apt_sources_list() {
	sed -e 's/#.*//' -e 's/\[[^]]*\]//' "$1" |
		awk '$1 == "deb" && / main( |$)/ { print $2, $3 }'
}

# Stanzas of "Field: values", continued by lines that start with a blank.
apt_sources_deb822() {
	awk '
	function flush(   u, s, i, j, n, m) {
		if (f["types"] ~ /(^| )deb( |$)/ && f["enabled"] !~ /no|false|0/ &&
		    f["components"] ~ /(^| )main( |$)/) {
			n = split(f["uris"], u, " ")
			m = split(f["suites"], s, " ")
			for (i = 1; i <= n; i++)
				for (j = 1; j <= m; j++)
					print u[i], s[j]
		}
		split("", f)
	}
	/^#/          { next }
	/^[[:space:]]*$/ { flush(); next }
	/^[[:space:]]/ { f[key] = f[key] " " $0; next }
	{
		key = tolower($0)
		sub(/:.*/, "", key)
		value = $0
		sub(/^[^:]*:[[:space:]]*/, "", value)
		gsub(/[[:space:]]+/, " ", value)
		f[key] = value
	}
	END { flush() }' "$1"
}

# The mirror of SUITE as configured; nothing when the machine has none.
apt_mirror() {
	apt_sources | awk -v suite="$1" '$2 == suite && $1 !~ /^cdrom:/ { print $1; exit }'
}

host_suite() {
	# shellcheck disable=SC1091  # a file of the machine
	(. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-}")
}

# Lines for the sources.list of root NAME: "bookworm" or "trixie".
apt_root_sources() {
	local suite=$1 main security keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	local by=
	[[ -r $keyring ]] && by="[signed-by=$keyring] "
	main=$(apt_mirror "$(host_suite)")
	[[ -n $main ]] || return 1
	printf "deb $by%s %s main\n" \
		"$main" "$suite" "$main" "$suite-updates" "$main" "$suite-backports"
	security=$(apt_mirror "$(host_suite)-security")
	if [[ -n $security ]]; then
		printf "deb $by%s %s main\n" "$security" "$suite-security"
	fi
}

# Settings of the machine that downloads may need (proxies, date checks), but
# none of its hooks.
apt_root_config() {
	local root=$1
	cat <<-END
	Dir::Etc "$root/etc";
	Dir::Etc::netrc "/etc/apt/auth.conf";
	Dir::Etc::netrcparts "/etc/apt/auth.conf.d";
	Dir::Etc::trusted "/etc/apt/trusted.gpg";
	Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";
	Dir::State "$root/state";
	Dir::State::status "$root/status";
	Dir::Cache "$root/cache";
	APT::Architecture "amd64";
	APT::Sandbox::User "root";
	APT::Install-Recommends "false";
	Acquire::Languages "none";
	Acquire::Retries "2";
	END
	apt-config dump | grep '^Acquire::' |
		grep -v -e '^Acquire::IndexTargets' -e '^Acquire::Languages' || true
}

# Days after which newer packages are looked for.
readonly APT_LISTS_DAYS=14

# apt_root SUITE [fresh]: make the private root usable and print its folder.  The
# lists are renewed when old or asked for; without network the old ones serve.
apt_root() {
	local suite=$1 fresh=${2:-} root=$NETTUNE_CACHE/apt/$1
	mkdir -p "$root"/{etc/apt.conf.d,etc/preferences.d,state/lists/partial,cache/archives/partial}
	: >>"$root/status"
	apt_root_config "$root" >"$root/apt.conf"
	apt_root_sources "$suite" >"$root/etc/sources.list" || return 1
	if [[ -n $fresh || ! -e $root/updated ||
		-n $(find "$root/updated" -mtime "+$APT_LISTS_DAYS") ]]; then
		apt_update "$root" || return 1
	fi
	printf '%s\n' "$root"
}

# A mirror may lack a suite, or just not answer: go on with the lists there are,
# and ask again tomorrow.
apt_update() {
	local root=$1 age=0
	APT_CONFIG=$root/apt.conf apt-get -qq update -o APT::Update::Error-Mode=any >&2 ||
		age=$APT_LISTS_DAYS
	compgen -G "$root/state/lists/*InRelease" >/dev/null || return 1
	remove_tree "$root/closure"
	touch -d "$age days ago" "$root/updated"
}

# apt_in SUITE COMMAND…: run an apt command inside the root.
apt_in() {
	local suite=$1
	shift
	APT_CONFIG=$NETTUNE_CACHE/apt/$suite/apt.conf "$@"
}

# apt_closure SUITE RELEASE REGEX PACKAGE…: "name=version" of the packages and
# of their dependencies whose name matches, as if nothing were installed.  The
# answer is remembered until the package lists change.
apt_closure() {
	local suite=$1 release=$2 regex=$3 root=$NETTUNE_CACHE/apt/$1 memo
	memo=$root/closure/$(printf '%s\n' "$@" | sha256sum | cut -c1-16)
	shift 3
	if [[ ! $memo -nt $root/updated ]]; then
		mkdir -p "$root/closure"
		apt_in "$suite" apt-get -qq -s -t "$release" install "$@" |
			sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*/\1=\2/p' | sort -u >"$memo.$$" ||
			{ rm -f "$memo.$$"; return 1; }
		mv "$memo.$$" "$memo"
	fi
	grep -E "$regex" "$memo"
}

# apt_extract SUITE FOLDER NAME=VERSION…: download and unpack, no scripts run.
# Returns 77 when the download fails.
apt_extract() {
	local suite=$1 folder=$2 debs deb
	shift 2
	mkdir -p "$folder"
	debs=$(mktemp -d "$folder/debs.XXXXXX")
	(cd "$debs" && apt_download "$suite" "$@") ||
		{ remove_tree "$debs"; return "$SKIP"; }
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$folder" || return 1
	done
	remove_tree "$debs"
}

# A version may have left the mirror since the lists were read: renew them, so
# that the next run asks for what exists.
apt_download() {
	local suite=$1
	shift
	apt_in "$suite" apt-get -qq download "$@" && return 0
	apt_root "$suite" fresh >/dev/null || true
	return 1
}
