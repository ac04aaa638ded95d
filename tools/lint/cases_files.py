"""Cases for the rules about whole files, folders, tests and text."""

from cases import Case


def body(lines):
    """A block that is `lines` long, its braces included."""
    return "{\n" + "  step();\n" * (lines - 2) + "}\n"


HEADER = "// One.\n// Two.\n// Three.\n#pragma once\n"

SIZES = (
    Case("sizes", "src/io/a.cpp", "int a;\n" * 501, lines=(1,)),
    Case("sizes", "src/io/a.cpp", "int a;\n" * 500, lines=()),
    Case("sizes", "tools/x", "#!/bin/sh\n" + "true\n" * 500, lines=(1,)),
    Case("sizes", "docs/long.py", "a = 1\n" * 501, lines=()),
    Case("sizes", "tests/data.txt", "word\n" * 501, lines=()),
    Case("sizes", "src/io/a.cpp", f"int a;\n// {'x' * 98}\n// {'é' * 97}\n", lines=(2,)),
    Case("sizes", "tools/a.py", f"# {'x' * 99}\n# {'x' * 98}\n", lines=(1,)),
    Case("sizes", "README.md", f"{'x' * 200}\n", lines=()),
    Case("sizes", "src/io/a.cpp", "void f() " + body(70) + "int g() " + body(71), lines=(71,)),
    Case("sizes", "src/io/a.cpp",  # namespaces and classes are as long as they like
         "namespace weir::io {\nclass A final : public B<int> {\n public:\n  A() " + body(40)
         + "  void f() const " + body(40) + "};\n}\n", lines=()),
    Case("sizes", "src/io/a.cpp",  # a method after an access label, reported where it starts
         "template <class T>\nclass A {\n public:\n\n  template <class U>\n  auto f(U u)\n"
         "      -> Task<std::vector<U>> " + body(71) + "};\n", lines=(5,)),
    Case("sizes", "src/io/a.cpp",  # the body of a constructor, not its initialisers
         "A::A(Options o)\n    : size_{o.size},\n      name_(o.name), Base<int>{1} " + body(71),
         lines=(1,)),
    Case("sizes", "src/io/a.cpp",
         "A::A(Options o) : size_{o.size}, table_{\n" + "    1,\n" * 71 + "} {}\n", lines=()),
    Case("sizes", "src/io/a.cpp",  # a lambda belongs to the function around it
         "void f() {\n  auto g = [] " + body(60) + "  ;\n" + "  step();\n" * 10 + "}\n",
         lines=(1,)),
    Case("sizes", "src/io/a.cpp", "auto f = [](int a) -> Task<int> " + body(71), lines=(1,)),
    Case("sizes", "src/io/a.cpp",  # a table is not a function
         "constexpr std::array<int, 80> kTable = {\n" + "    f(1),\n" * 80 + "};\n", lines=()),
    Case("sizes", "src/io/a.cpp", "bool operator<(A a, A b) " + body(71), lines=(1,)),
    Case("sizes", "tests/a.cpp", 'TEST_CASE("a {", "[b]") ' + body(71), lines=(1,)),
    Case("sizes", "src/io/a.cpp",  # both branches open the same brace
         "#if X\nvoid f() {\n#else\nvoid f(int) {\n#endif\n}\nvoid g() " + body(69), lines=()),
    Case("sizes", "src/io/a.cpp",  # braces in literals and comments do not count
         "void f() {\n  g('{', \"{\", R\"({)\");  // {\n}\nint n = 1'000;\nvoid h() " + body(69),
         lines=()),
)

FILES = (
    Case("unfinished", "docs/a.md", "done\nTODO: more\nthis is Not yet implemented\n",
         lines=(2, 3)),
    Case("unfinished", "src/io/a.cpp", """\
// FIXME  // fires
int a;  // a HACK, fires  // fires
auto name = "XXX";  // fires
auto temporary = "/tmp/weir.XXXXXX";
int TODO_LIST, hack, todo, mastodon;
"""),
    Case("unfinished", "tools/lint/a.py", "# TODO\n"),
    Case("header-opening", "src/io/a.hpp", HEADER + "int a;\n"),
    Case("header-opening", "src/io/a.hpp", "#pragma once\n/* One.\n   Two.\n */\nint a;\n"),
    Case("header-opening", "src/io/a.hpp", "#pragma once\n// One.\n//\n// use(it);\nint a;\n"),
    Case("header-opening", "src/io/a.hpp", "#pragma once\n// One.\n// Two.\nint a;\n", lines=(1,)),
    Case("header-opening", "src/io/a.hpp", "#pragma once\nint a;\n// 1\n// 2\n// 3\n", lines=(1,)),
    Case("header-opening", "sim/world/a.hpp", "// 1\n// 2\n// 3\nint a;\n#pragma once\n",
         lines=(1,)),
    Case("header-opening", "tests/a.hpp", "int a;\n"),
    Case("readme", "src/io/README.md", "a\n" * 5, beside={"src/io/a.cpp": ""}),
    Case("readme", "src/io/README.md", "a\n" * 25, beside={"src/io/a.cpp": ""}),
    Case("readme", "src/io/README.md", "a\n" * 26, lines=(1,), beside={"src/io/a.cpp": ""}),
    Case("readme", "sim/world/README.md", "a\n" * 4, lines=(1,), beside={"sim/world/a.hpp": ""}),
    Case("readme", "src/io/README.md", None, lines=(1,), beside={"src/io/a.cpp": ""}),
    Case("readme", "src/io/README.md", None, lines=(), beside={"src/io/CMakeLists.txt": ""}),
    Case("readme", "tests/io/README.md", None, lines=(), beside={"tests/io/a.cpp": ""}),
    Case("tests-can-fail", "tests/io/a.cpp", """\
TEST_CASE("a pipe delivers bytes", "[io][.]") {  // fires
  REQUIRE(true);  // fires
  CHECK( true );  // fires
  REQUIRE_FALSE(false);  // fires
  REQUIRE(true_colours == 3);
  REQUIRE(matches("[.]"));
  // REQUIRE(true)
}
TEST_CASE("the dot [.] hides",  // fires
          "[!mayfail]") {}  // fires
SCENARIO("b", "[!shouldfail]") {}  // fires
TEST_CASE("an array a[0] of 1.5", "[io][!throws]") {}
"""),
    Case("tests-can-fail", "src/io/a.cpp", "REQUIRE(true);\n"),
    Case("namespaces", "src/io/a.hpp", """\
using namespace std;  // fires
using std::string;  // not: using namespace std
namespace weir::http { class Head; enum class Kind : int; }
namespace weir::io { class A {}; }
namespace weir::io::detail { class B {}; }
namespace weir { namespace http { class C {}; } }  // fires
namespace std { template <> struct formatter<int> {}; }
"""),
    Case("namespaces", "sim/world/a.hpp", """\
namespace weir::sim { struct A {}; }
namespace weir::sim::world { struct B {}; }
"""),
    Case("namespaces", "src/io/a.cpp", "using namespace std;\n"),
    Case("file-glob", "src/io/CMakeLists.txt", """\
file(GLOB sources *.cpp)  # fires
file (glob_recurse sources *.cpp)  # fires
# file(GLOB sources *.cpp)
file(READ version.txt version)
"""),
    Case("file-glob", "docs/a.md", "file(GLOB sources *.cpp)\n"),
)

SUPPRESSIONS = (
    Case("floats", "src/lb/a.cpp", """\
double a;  // lint: allow(floats) a decayed average has no integer form
double b;  // fires
// lint: allow(floats) the reason is long, and
// goes on here

double c;
double d;  // fires
double e;  // lint: allow(C1) this is about another rule  // fires
double f;  // lint: allow(C1, floats) this is about both
auto text = "// lint: allow(floats) in a string"; double g;  // fires
/* lint: allow(floats) in a block comment */
double h;
double i;  // lint: allow(floats)  // fires
""".replace("(floats)  // fires", "(floats)"), lines=(2, 7, 8, 10, 13)),
    Case("suppression", "src/lb/a.cpp", """\
double a;  // lint: allow(floats) a reason
double b;  // lint: allow(floats)
double c;  // lint: allow(floats) --
double d;  // lint: allow(float) no such rule
double e;  // lint: off
// Write lint: allow(floats) like this; tools/lint: the linter.
auto text = "// lint: allow(floats)";
""", lines=(2, 3, 4, 5)),
    Case("header-opening", "src/io/a.hpp",
         "#pragma once\n// lint: allow(header-opening) generated\nint a;\n"),
    Case("sizes", "src/io/a.cpp",
         "// A table.\n//\n// lint: allow(sizes) one line per status\n\n" + "int a;\n" * 500),
    Case("sizes", "src/io/a.cpp",
         "int b;\n// lint: allow(sizes) too late\n" + "int a;\n" * 500, lines=(1,)),
    Case("unfinished", "a.sh", "echo TODO  # lint: allow(unfinished) the word\necho TODO\n",
         lines=(2,)),
    Case("unfinished", "a.py", "a = '# lint: allow(unfinished) no'; b = 'TODO'\n"
         "# lint: allow(unfinished) yes\na = 'TODO'\n", lines=(1,)),
    Case("unfinished", "a.md", "<!-- lint: allow(unfinished) the word -->\nTODO\n\nTODO\n",
         lines=(4,)),
)

CASES = SIZES + FILES + SUPPRESSIONS
