#pragma once
// KeyReader: the visitor of keys that reads one table of a document into their variables.
//
//   KeyReader reader(TableReader(root, "", problems));
//   describe(reader, config);
//   reader.finish();
//
// A variable whose key is missing or wrong keeps its value. An array of tables gets one element for
// each of its items, so that places in the document and in the vector agree.

#include "config/keys.hpp"

namespace weir::config {

class KeyReader final : public Keys {
 public:
  explicit KeyReader(const TableReader& table) : table_(table) {}

  void duration(const std::string& key, Duration& into, DurationRange range,
                const KeyDoc& doc) override;
  void flag(const std::string& key, bool& into, const KeyDoc& doc) override;

  void finish() { table_.finish(); }  // keys that nobody described are problems

 protected:
  void visit_count(const std::string& key, std::uint64_t& into, CountRange range,
                   const KeyDoc& doc) override;
  void visit_size(const std::string& key, std::uint64_t& into, CountRange range,
                  const KeyDoc& doc) override;
  void visit_choice(const std::string& key, std::size_t& into,
                    const std::vector<std::string>& names, const KeyDoc& doc) override;
  void visit_text(const std::string& key, const TextKey& text, const KeyDoc& doc) override;
  void visit_texts(const std::string& key, const TextKey& text, std::size_t max,
                   const KeyDoc& doc) override;
  void visit_table(const std::string& key, const Describe& describe, const KeyDoc& doc) override;
  void visit_tables(const std::string& key, const Describe& describe_next, CountRange range,
                    const KeyDoc& doc) override;

 private:
  std::string path_of(const std::string& key) const;
  void read_item(const std::string& key, const TextKey& text, const Value& item);

  TableReader table_;
};

}  // namespace weir::config
