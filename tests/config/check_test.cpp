#include <catch2/catch.hpp>

#include "config/texts.hpp"

using namespace weir::config;

// Every class of mistakes, as a person reads of it.

namespace {

// Line 1 to 9 of most texts below: correct, and without warnings.
const std::string kBase = R"([[listener]]
name = "web"
address = "127.0.0.1:80"
[[route]]
cluster = "app"
[[cluster]]
name = "app"
[[cluster.backend]]
address = "10.0.0.1:80"
)";

std::string with(const std::string& lines) { return problems_of(kBase + lines); }

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = kBase;
  text.replace(text.find(from), from.size(), to);
  return problems_of(text);
}

}  // namespace

TEST_CASE("a correct configuration has no problems") { CHECK(with("") == ""); }

TEST_CASE("what is not TOML is told with its place") {
  CHECK_THAT(problems_of("[[listener]]\nname = = 1\n"), Catch::StartsWith("x.toml:2:8: "));
}

TEST_CASE("what is missing is told") {
  CHECK(problems_of("") ==
        "x.toml:1:1: the file has no listener; write at least one [[listener]]\n"
        "x.toml:1:1: the file has no cluster; write at least one [[cluster]]\n");
  CHECK(replaced("address = \"127.0.0.1:80\"\n", "") ==
        "x.toml:1:1: listener has no address; write HOST:PORT, such as \"127.0.0.1:8080\" or "
        "\"[::1]:8080\", with a port from 0 to 65535\n");
  CHECK(replaced("cluster = \"app\"", "path = \"/\"") ==
        "x.toml:4:1: route has no cluster; write 1 to 63 letters, digits, \"-\", \"_\" and \".\"\n"
        "warning: x.toml:7:8: cluster.name \"app\" is used by nobody; name it in a [[route]] or in "
        "a TCP [[listener]], or remove it\n");
}

TEST_CASE("a misspelt key is told with the nearest one") {
  CHECK(with("wieght = 2\n") ==
        "x.toml:10:1: unknown key \"wieght\" in cluster.backend; did you mean \"weight\"?\n");
  CHECK(with("[listner]\n") ==
        "x.toml:10:2: unknown key \"listner\" in the file; did you mean \"listener\"?\n");
  CHECK(replaced("name = \"web\"", "name = \"web\"\nlimits.header = 5") ==
        "x.toml:3:8: unknown key \"header\" in listener.limits; did you mean \"headers\"?\n");
}

TEST_CASE("a value of the wrong type is told") {
  CHECK(with("weight = \"2\"\n") ==
        "x.toml:10:10: cluster.backend.weight is a string; write an integer from 0 to 65535\n");
  CHECK(replaced("name = \"web\"", "name = 7") ==
        "x.toml:2:8: listener.name is an integer; write 1 to 63 letters, digits, \"-\", \"_\" and "
        "\".\"\n");
  CHECK(replaced("[[route]]", "[[route]]\nhosts = \"a\"") ==
        "x.toml:5:9: route.hosts is a string; write an array of strings: [\"..\", \"..\"]\n");
  CHECK(replaced("[[route]]", "[[route]]\nhosts = [\"a\", 1]") ==
        "x.toml:5:15: route.hosts is an integer; write a host such as \"example.org\", or "
        "\"*.example.org\" for all below it\n");
  CHECK(replaced("[[route]]", "[[route]]\nheader = [1]") ==
        "x.toml:5:11: route.header is an integer; write a table, as under [[route.header]]\n"
        "x.toml:5:11: route.header has no name; write the name of a header, such as "
        "\"X-Version\"\n");
  CHECK(replaced("name = \"app\"", "name = \"app\"\nhealth = 1") ==
        "x.toml:8:10: cluster.health is an integer; write [cluster.health]\n");
}

TEST_CASE("a value out of range is told with the range") {
  CHECK(with("weight = 65536\n") ==
        "x.toml:10:10: cluster.backend.weight is 65536; write 0 to 65535\n");
  CHECK(replaced("name = \"web\"", "name = \"web\"\ntimeouts.header = \"0s\"") ==
        "x.toml:3:19: listener.timeouts.header is 0s; write \"1ms\" to \"24h\"\n");
  CHECK(replaced("name = \"web\"", "name = \"web\"\nlimits.header_block = \"1MiB\"") ==
        "x.toml:3:23: listener.limits.header_block is 1MiB; write 1KiB to 256KiB, as an integer or "
        "a string such as \"64KiB\"\n");
  CHECK(replaced("name = \"app\"", "name = \"app\"\npanic_threshold = \"101%\"") ==
        "x.toml:8:19: cluster.panic_threshold is \"101%\"; write \"0%\" to \"100%\"\n");
  CHECK(problems_of("cluster = []\n" + kBase.substr(0, kBase.find("[[cluster]]"))) ==
        "x.toml:1:11: cluster has 0 entries; write 1 to 1000\n"
        "x.toml:6:11: route.cluster is \"app\", which is no cluster; there is none\n");
  CHECK(replaced("[[route]]", "[[route]]\nmethods = []") ==
        "x.toml:5:11: route.methods has 0 entries; write 1 to 20, or leave the key away\n");
}

TEST_CASE("a word that is none is told with the nearest one") {
  CHECK(replaced("name = \"app\"", "name = \"app\"\nbalance = \"rond_robin\"") ==
        "x.toml:8:11: cluster.balance is \"rond_robin\"; did you mean \"round_robin\"?\n");
}

TEST_CASE("a name that does not exist is told with the nearest one") {
  CHECK(replaced("cluster = \"app\"", "cluster = \"ap\"") ==
        "x.toml:5:11: route.cluster is \"ap\", which is no cluster; did you mean \"app\"?\n"
        "warning: x.toml:7:8: cluster.name \"app\" is used by nobody; name it in a [[route]] or in "
        "a TCP [[listener]], or remove it\n");
  CHECK(replaced("[[route]]", "[[route]]\nlisteners = [\"wbe\"]") ==
        "x.toml:2:8: listener.name \"web\" has no route: it would answer 404; write a [[route]]\n"
        "x.toml:5:13: route.listeners names \"wbe\", which is no listener; did you mean "
        "\"web\"?\n");
}

TEST_CASE("a name that is taken is told") {
  CHECK(with("[[cluster]]\nname = \"app\"\nbackend = [{ address = \"a:1\" }]\n") ==
        "x.toml:11:8: cluster.name \"app\" is taken; write another name\n");
  CHECK(with("[[listener]]\nname = \"web\"\naddress = \"[::1]:80\"\n") ==
        "x.toml:11:8: listener.name \"web\" is taken; write another name\n");
  CHECK(
      with("[[cluster.backend]]\naddress = \"10.0.0.1:80\"\n") ==
      "x.toml:11:11: cluster.backend.address \"10.0.0.1:80\" is that of another backend; write it "
      "once, with a higher weight\n");
}

TEST_CASE("two listeners cannot have one address, but any number port 0") {
  CHECK(with("[[listener]]\nname = \"b\"\naddress = \"127.0.0.1:80\"\n") ==
        "x.toml:12:11: listener.address is that of listener \"web\"; write another address or "
        "port\n");
  CHECK(problems_of("[[listener]]\nname = \"c\"\naddress = \"h:0\"\n[[listener]]\nname = \"d\"\n"
                    "address = \"h:0\"\n" +
                    kBase) == "");
}

TEST_CASE("a key of the other protocol is told") {
  CHECK(replaced("name = \"web\"", "name = \"web\"\ncluster = \"app\"\ntimeouts.idle = \"1s\"") ==
        "x.toml:3:11: listener.cluster means nothing here; it goes with protocol = \"tcp\"; write "
        "a [[route]]\n"
        "x.toml:4:17: listener.timeouts.idle means nothing here; it goes with protocol = "
        "\"tcp\"\n");
  CHECK(with("[[listener]]\nname = \"t\"\naddress = \"h:1\"\nprotocol = \"tcp\"\n"
             "limits.headers = 5\ntimeouts.header = \"1s\"\n") ==
        "x.toml:10:1: listener has no cluster; write cluster = \"..\": who gets the connections\n"
        "x.toml:14:1: listener.limits means nothing here; it goes with protocol = \"http\"\n"
        "x.toml:15:19: listener.timeouts.header means nothing here; it goes with protocol = "
        "\"http\"\n");
}

TEST_CASE("a TCP listener has no routes and nothing of HTTP to hash") {
  const std::string tcp = "[[listener]]\nname = \"t\"\naddress = \"h:1\"\nprotocol = \"tcp\"\n";
  CHECK(with(tcp + "cluster = \"app\"\n[[route]]\nlisteners = [\"t\"]\ncluster = \"app\"\n") ==
        "x.toml:16:13: route.listeners names \"t\", which is a TCP listener; name HTTP listeners: "
        "TCP has no requests\n");
  CHECK(with(tcp + "cluster = \"h\"\n[[cluster]]\nname = \"h\"\nbalance = \"maglev\"\n"
                   "hash = \"path\"\nbackend = [{ address = \"a:1\" }]\n") ==
        "x.toml:14:11: listener.cluster is \"h\", which hashes what only HTTP has; give the "
        "cluster hash = \"client_ip\", or write another one\n");
}

TEST_CASE("conditions of a route make sense together") {
  CHECK(replaced("[[route]]", "[[route]]\npath = \"/a\"\npath_prefix = \"/b\"") ==
        "x.toml:6:15: route.path_prefix means nothing here; it goes with no path\n");
  CHECK(replaced("[[route]]", "[[route]]\nhosts = [\"a\", \"A\"]") ==
        "x.toml:5:9: route.hosts names \"a\" twice; write it once\n");
}

TEST_CASE("a route that is never met is a warning") {
  CHECK(with("[[route]]\ncluster = \"app\"\nname = \"late\"\n") ==
        "warning: x.toml:11:11: route.cluster \"app\" gets nothing by this route: \"route-1\" "
        "stands before it and matches whatever it matches; remove one of them, or add a "
        "condition\n");
  CHECK(with("[[route]]\ncluster = \"app\"\nmethods = [\"GET\"]\n") == "");
}

TEST_CASE("the size of a Maglev table is a prime number, and more than there are backends") {
  const auto sized = [](std::string size, std::string balance = "maglev") {
    return replaced("name = \"app\"",
                    "name = \"app\"\nbalance = \"" + balance + "\"\nmaglev_size = " + size);
  };
  CHECK(sized("251") == "");
  CHECK(sized("2") == "");
  CHECK(sized("65536") == "x.toml:9:15: cluster.maglev_size is not a prime number; write 65537\n");
  CHECK(sized("1000002") ==
        "x.toml:9:15: cluster.maglev_size is not a prime number; write 1000003\n");
  CHECK_THAT(sized("1000004"), Catch::StartsWith("x.toml:9:15: cluster.maglev_size is 1000004"));
  CHECK(sized("251", "ring_hash") ==
        "x.toml:9:15: cluster.maglev_size means nothing here; it goes with balance = \"maglev\"\n");
  std::string two = kBase + "[[cluster.backend]]\naddress = \"10.0.0.2:80\"\n";
  two.replace(two.find("name = \"app\""), 12,
              "name = \"app\"\nbalance = \"maglev\"\nmaglev_size = 2");
  CHECK(problems_of(two) ==
        "x.toml:9:15: cluster.maglev_size is not more than there are backends; write 211 or more: "
        "a hundred times as many make even shares\n");
}

TEST_CASE("a key that the balance does not know is told") {
  CHECK(replaced("name = \"app\"", "name = \"app\"\nhash = \"path\"\nload_bound = \"150%\"") ==
        "x.toml:8:8: cluster.hash means nothing here; it goes with balance = \"ring_hash\" or "
        "\"maglev\"\n"
        "x.toml:9:14: cluster.load_bound means nothing here; it goes with a balance that hashes\n");
  CHECK(replaced("name = \"app\"", "name = \"app\"\nbalance = \"ip_hash\"\nhash = \"path\"") ==
        "x.toml:9:8: cluster.hash is not \"client_ip\", which is all that ip_hash hashes; write "
        "balance = \"ring_hash\" or \"maglev\"\n");
}

TEST_CASE("weights that lead to nothing are told") {
  CHECK(with("weight = 0\n") ==
        "x.toml:8:1: cluster.backend all have weight 0: nobody would get a request; give one of "
        "them a weight of 1 or more\n");
  CHECK(with("weight = 2\n") ==
        "warning: x.toml:7:8: cluster.name \"app\" has weights, which round_robin does not heed; "
        "write a balance that heeds them, such as \"weighted_round_robin\"\n");
}

TEST_CASE("one address under two names is a warning") {
  CHECK(with("[[cluster.backend]]\nname = \"b\"\naddress = \"10.0.0.1:80\"\n") ==
        "warning: x.toml:12:11: cluster.backend.address is that of backend \"10.0.0.1:80\", too; "
        "write it once, with a higher weight\n");
}

TEST_CASE("keys of a health check make sense together") {
  CHECK(with("[cluster.health]\npath = \"/x\"\ninterval = \"100ms\"\n") ==
        "x.toml:11:8: cluster.health.path means nothing here; it goes with type = \"http\"\n"
        "x.toml:12:12: cluster.health.interval makes fast_interval longer than interval; write a "
        "fast_interval of at most the interval\n");
}
