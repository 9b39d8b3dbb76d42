//! What a migration does, gathered from its syntax tree; bodies of `DO` blocks count like statements of the file.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxNode};

/// Something that stands somewhere in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed<T> {
    pub at: usize,
    pub what: T,
}

/// An index: its table, its method, its columns as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    /// None where PostgreSQL makes one up.
    pub name: Option<String>,
    pub table: String,
    pub method: String,
    pub columns: String,
}

/// A foreign key: its table, its first column, its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ForeignKey {
    pub table: String,
    pub column: String,
    pub text: String,
}

/// What the file does.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub statements: usize,
    pub tables: Vec<Placed<String>>,
    /// Text of `create table` by table, for keys inside it.
    pub table_texts: Vec<(String, String)>,
    pub rls: Vec<String>,
    pub policies: Vec<String>,
    /// Views and their text.
    pub views: Vec<Placed<String>>,
    pub materialized: Vec<Placed<String>>,
    pub indexes: Vec<Placed<Index>>,
    pub foreign_keys: Vec<Placed<ForeignKey>>,
    /// `update` and `delete` without a condition.
    pub unconditional: Vec<Placed<&'static str>>,
    pub vectors: Vec<Placed<u32>>,
    pub grants: Vec<Placed<String>>,
    /// Renames and drops.
    pub contracts: Vec<Placed<&'static str>>,
    pub hidden_ddl: Vec<Placed<()>>,
}

impl Facts {
    pub fn of(file: &SourceFile) -> Self {
        let mut facts = Self { statements: file.stmts().count(), ..Self::default() };
        facts.gather(file.syntax(), 0);
        facts
    }

    /// `shift` is where the text of the tree begins in the file.
    fn gather(&mut self, root: &SyntaxNode, shift: usize) {
        for node in root.descendants() {
            let at = shift + usize::from(node.text_range().start());
            self.tables(&node, at);
            self.others(&node, at);
            if let Some(block) = ast::Do::cast(node.clone()) {
                self.block(&block, at);
            }
        }
    }

    fn tables(&mut self, node: &SyntaxNode, at: usize) {
        if let Some(create) = ast::CreateTable::cast(node.clone()) {
            let is_temporary = create.persistence().is_some_and(|kind| {
                let text = kind.syntax().text().to_string().to_lowercase();
                text.contains("temp")
            });
            let name = create.table_name().map(|name| folded(name.syntax())).unwrap_or_default();
            if !is_temporary {
                self.tables.push(Placed { at, what: name.clone() });
                self.table_texts.push((name, node.text().to_string().to_lowercase()));
            }
        } else if let Some(create) = ast::CreateTableAs::cast(node.clone()) {
            let text = node.text().to_string().to_lowercase();
            if create.persistence().is_none() {
                let name = text.split(" as").next().unwrap_or_default().split_whitespace().last().unwrap_or_default();
                self.tables.push(Placed { at, what: plain(name) });
            }
        } else if let Some(alter) = ast::AlterTable::cast(node.clone()) {
            let enables = node.descendants().any(|inner| ast::EnableRls::can_cast(inner.kind()));
            let table = alter.table_relation_name().map(|name| folded(name.syntax())).unwrap_or_default();
            if enables {
                self.rls.push(table);
            }
        } else if let Some(policy) = ast::CreatePolicy::cast(node.clone()) {
            let table = policy.on_table().and_then(|on| on.table_name_ref()).map(|name| folded(name.syntax()));
            self.policies.extend(table);
        }
    }

    fn others(&mut self, node: &SyntaxNode, at: usize) {
        let text = || node.text().to_string().to_lowercase();
        if ast::CreateView::can_cast(node.kind()) {
            self.views.push(Placed { at, what: text() });
        } else if ast::CreateMaterializedView::can_cast(node.kind()) {
            self.materialized.push(Placed { at, what: text() });
        } else if let Some(index) = ast::CreateIndex::cast(node.clone()) {
            let part = |node: Option<String>| node.unwrap_or_default().to_lowercase();
            self.indexes.push(Placed {
                at,
                what: Index {
                    name: index.index().map(|name| folded(name.syntax())),
                    table: index.table_relation_name().map(|name| folded(name.syntax())).unwrap_or_default(),
                    method: part(index.using_method().map(|method| method.syntax().text().to_string())),
                    columns: part(index.partition_item_list().map(|list| list.syntax().text().to_string())),
                },
            });
        } else if ast::ReferencesConstraint::can_cast(node.kind()) || ast::ForeignKeyConstraint::can_cast(node.kind()) {
            self.foreign_keys.push(Placed { at, what: foreign_key(node) });
        } else if let Some(update) = ast::Update::cast(node.clone()) {
            if !text().contains("where") && update.from_clause().is_none() {
                self.unconditional.push(Placed { at, what: "update" });
            }
        } else if let Some(delete) = ast::Delete::cast(node.clone()) {
            if delete.where_clause_or_current_of().is_none() && delete.using_clause().is_none() {
                self.unconditional.push(Placed { at, what: "delete" });
            }
        } else if ast::Grant::can_cast(node.kind()) {
            self.grants.push(Placed { at, what: text() });
        } else if ast::RenameColumn::can_cast(node.kind()) {
            self.contracts.push(Placed { at, what: "renames a column" });
        } else if ast::DropColumn::can_cast(node.kind()) {
            self.contracts.push(Placed { at, what: "drops a column" });
        } else if ast::DropTable::can_cast(node.kind()) {
            self.contracts.push(Placed { at, what: "drops a table" });
        } else if ast::Column::can_cast(node.kind()) {
            self.vectors.extend(dimension(&text()).map(|what| Placed { at, what }));
        }
    }

    /// The body is parsed as PL/pgSQL; what `EXECUTE` builds is seen only as a string.
    fn block(&mut self, block: &ast::Do, at: usize) {
        let Some(body) = block.plpgsql() else { return };
        let text = body.syntax().text().to_string();
        let lower = text.to_lowercase();
        let hides = lower.match_indices("execute").any(|(from, _)| {
            let rest = &lower[from..lower.len().min(from + 80)];
            ["create ", "alter ", "drop "].iter().any(|word| rest.contains(word))
        });
        if hides {
            self.hidden_ddl.push(Placed { at, what: () });
        }
        self.gather(&body.syntax(), at);
    }
}

fn foreign_key(node: &SyntaxNode) -> ForeignKey {
    let text = node.text().to_string().to_lowercase();
    let table = node.ancestors().find_map(|outer| {
        let create = ast::CreateTable::cast(outer.clone())
            .and_then(|create| create.table_name())
            .map(|name| folded(name.syntax()));
        create.or_else(|| {
            ast::AlterTable::cast(outer).and_then(|alter| alter.table_relation_name()).map(|name| folded(name.syntax()))
        })
    });
    let own = text.split_once("foreign key").map(|(_, rest)| rest).and_then(|rest| {
        let inside = rest.split('(').nth(1)?.split([',', ')']).next()?;
        Some(plain(inside))
    });
    let column = own.or_else(|| {
        let outer = node.ancestors().skip(1).find(|outer| ast::Column::can_cast(outer.kind()))?;
        outer.text().to_string().split_whitespace().next().map(plain)
    });
    ForeignKey { table: table.unwrap_or_default(), column: column.unwrap_or_default(), text }
}

/// `public."Users"` is `Users`, `OPS.Runs` is `ops.runs`.
fn folded(node: &SyntaxNode) -> String {
    let text = node.text().to_string();
    let is_only = text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("only "));
    plain(if is_only { &text[5..] } else { &text })
}

fn plain(name: &str) -> String {
    let part = |part: &str| {
        let part = part.trim();
        match part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(quoted) => quoted.to_owned(),
            None => part.to_lowercase(),
        }
    };
    let parts: Vec<String> = name.split('.').map(part).collect();
    let whole = parts.join(".");
    whole.strip_prefix("public.").map_or(whole.clone(), str::to_owned)
}

/// `vector(3072)` is 3072.
fn dimension(text: &str) -> Option<u32> {
    let rest = text.split_once("vector(")?.1;
    rest.split(')').next()?.trim().parse().ok()
}
