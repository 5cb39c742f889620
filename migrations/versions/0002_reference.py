"""The council's own lists and settings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The growth sectors are those of the council's strategy; the words beside them are what spreadsheets call them.
SECTORS = [
    ("Digital", "Software, data, networks, cyber security and digital services", "IT\nICT\nTech\nSoftware", True),
    ("STEM", "Science, technology, engineering and mathematics", "Engineering\nScience", True),
    ("Green economy", "Energy, retrofit, recycling and low-carbon work", "Green\nEnergy\nLow carbon", True),
    (
        "Modern methods of construction",
        "Off-site manufacture and new building techniques, with construction at large",
        "MMC\nConstruction\nBuilding",
        True,
    ),
    (
        "Advanced manufacturing",
        "Ceramics, robotics, materials and precision manufacture",
        "Adv manufacturing\nAdv. Manufacturing\nManufacturing\nCeramics",
        True,
    ),
    ("Health and social care", "Hospitals, care, dental and community health", "Health\nCare\nSocial care", True),
    ("Hospitality and tourism", "Hotels, cafés, restaurants and visitor attractions", "Hospitality\nCatering", False),
    ("Retail and logistics", "Shops, warehouses and transport", "Retail\nLogistics\nTransport", False),
    ("Business and professional services", "Finance, law, accountancy and administration", "Finance\nLegal", False),
    ("Public services and education", "Councils, schools, emergency services", "Public sector\nEducation", False),
    ("Other", "Anything else", "", False),
]
# Bands of the UK business population statistics, by employees of the whole enterprise.
SIZE_BANDS = [
    ("None", "no employees", 0, 0),
    ("1–9", "micro", 1, 9),
    ("10–49", "small", 10, 49),
    ("50–249", "medium", 50, 249),
    ("250+", "large", 250, None),
]


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("also_known_as", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_area_ends_after_it_begins")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("name", name=op.f("uq_area_name")),
    )
    op.create_table(
        "sector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("also_known_as", sa.Text(), nullable=False),
        sa.Column("is_growth", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sector")),
        sa.UniqueConstraint("name", name=op.f("uq_sector_name")),
    )
    op.create_table(
        "size_band",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("fewest", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("most IS NULL OR most >= fewest", name=op.f("ck_size_band_most_is_not_below_fewest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_size_band")),
        sa.UniqueConstraint("name", name=op.f("uq_size_band_name")),
    )
    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("name", name=op.f("uq_setting_name")),
    )

    columns = ("name", "definition", "also_known_as", "is_growth", "position", "is_in_use", "version")
    op.bulk_insert(
        sa.table("sector", *map(sa.column, columns)),
        [dict(zip(columns, (*row, place, True, 1), strict=True)) for place, row in enumerate(SECTORS, start=1)],
    )
    columns = ("name", "description", "fewest", "most", "position", "is_in_use", "version")
    op.bulk_insert(
        sa.table("size_band", *map(sa.column, columns)),
        [dict(zip(columns, (*row, place, True, 1), strict=True)) for place, row in enumerate(SIZE_BANDS, start=1)],
    )


def downgrade() -> None:
    op.drop_table("setting")
    op.drop_table("size_band")
    op.drop_table("sector")
    op.drop_table("area")
